"""Chapter 4's claims."""
