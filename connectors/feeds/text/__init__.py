"""Notices of issuers whose form nobody taught: prose as text, as a page or as a PDF."""
