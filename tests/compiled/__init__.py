"""Tests of compiled notices."""
