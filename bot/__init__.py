"""The library that everything else stands on."""

# The same as in pyproject.toml, which is not there where only the code is installed.
VERSION = "0.1.0"
