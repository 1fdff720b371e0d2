"""Chapter 5's claims."""
