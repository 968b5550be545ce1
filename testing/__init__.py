"""What a plugin author tests with: fakes at the seams, and the contract suites that hubbub's own plugins pass."""
