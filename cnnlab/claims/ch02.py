"""Chapter 2's claims."""
