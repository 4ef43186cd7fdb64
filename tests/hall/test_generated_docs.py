"""The table of settings names every variable that the code reads, and no other."""

from hall.management.commands.generated_docs import VARIABLES, named_in_code


def test_every_variable_is_described() -> None:
    assert named_in_code() - VARIABLES.keys() == set()
    assert VARIABLES.keys() - named_in_code() == set()
