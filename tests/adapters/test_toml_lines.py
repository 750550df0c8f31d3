from adapters.toml_lines import line_numbers

TEXT = '''\
[source]
name = "甲"

[PENALTY]
request = """
name = not a key
[not.a.table]
"""
"CF_ZT" = 1
  [PENALTY.fields]
fine = { from = "A", read = "yuan" }
'''


def test_words_are_found_where_they_stand() -> None:
    assert line_numbers(TEXT) == {
        ("source", ""): 1,
        ("source", "name"): 2,
        ("PENALTY", ""): 4,
        ("PENALTY", "request"): 5,
        ("PENALTY", "CF_ZT"): 9,
        ("PENALTY.fields", ""): 10,
        ("PENALTY.fields", "fine"): 11,
    }
