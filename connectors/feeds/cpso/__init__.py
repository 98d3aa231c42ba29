"""Recall notices of Singapore's Consumer Product Safety Office."""
