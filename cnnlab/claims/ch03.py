"""Chapter 3's claims."""
