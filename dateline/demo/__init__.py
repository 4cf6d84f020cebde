"""The sample newsroom: invented papers on loopback, for `dateline demo` and the tests."""
