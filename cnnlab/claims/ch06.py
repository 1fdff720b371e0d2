"""Chapter 6's claims."""
