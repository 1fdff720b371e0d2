"""Which function checks which claim."""

CHECKS = {}


def checks(claim_id):
    """Register a function as the one that recomputes a claim.

    Parameters
    ----------
    claim_id : str
        The claim's id in ``claims.json``. Each has one function.

    Returns
    -------
    callable
        A decorator that hands the function back unchanged.

    Raises
    ------
    ValueError
        If the claim has a function already.
    """

    def register(function):
        if claim_id in CHECKS:
            raise ValueError(
                f"claim_id {claim_id!r} is taken by {CHECKS[claim_id].__name__}; "
                "each claim has one function"
            )
        CHECKS[claim_id] = function
        return function

    return register
