"""The judge: it tries an answer, names what is wrong with it, and changes nothing else."""
