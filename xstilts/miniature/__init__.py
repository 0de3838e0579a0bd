"""The miniature world: six languages with one meaning, written out in the real data sets' formats."""
