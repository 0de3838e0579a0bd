"""Views of the cells: tables, averages, plots and the report. All can be deleted and rebuilt from cells and curves."""
