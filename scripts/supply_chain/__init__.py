"""What is shipped besides our own code: pinned by digest, listed, allowed, and not known as broken.

``make lock``, ``make sbom``, ``make licences``, ``make audit``.
"""
