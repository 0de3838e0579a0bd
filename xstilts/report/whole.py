"""All tables, plots and pages of a results folder, from the cells and curves that the parameters ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xstilts.params import Params
from xstilts.records.files import write_json, write_text
from xstilts.report.figures.conditions import drops
from xstilts.report.figures.controls import KEPT, format_only, read_controls
from xstilts.report.figures.extras import read_extras
from xstilts.report.figures.gains import read_statistics
from xstilts.report.figures.grid import Grid, read_grid
from xstilts.report.page.heatmap import write_heatmap
from xstilts.report.page.whole import page
from xstilts.report.paper import findings
from xstilts.report.paper.files import write_paper
from xstilts.report.paper.published import read_published
from xstilts.report.tables import write
from xstilts.report.tables.conditions import write_conditions
from xstilts.report.tables.intermediate import intermediate_table, part_tables
from xstilts.report.tables.notes import intermediate_notes, notes
from xstilts.report.tables.selection import selection_tables
from xstilts.report.tables.table import Table, averages_tables, main_table


class Report:
    """What the parameters ask for, read and checked; nothing is written before `write`."""

    def __init__(self, params: Params, results: Path, kept: Path = KEPT, lead: Sequence[str] = ()) -> None:
        """`kept`: figures of controls that the parameters do not have; `lead`: what is said before the table."""
        self.params, self.results, self.lead = params, results, lead
        self.grid: Grid = read_grid(params, results)
        self.controls = read_controls(self.grid, kept)
        self.weak = format_only(self.grid, self.controls["targets"])
        self.table: Table = main_table(self.grid)
        self.remarks = notes(self.grid, self.weak, self.controls["targets"])

    def write(self) -> None:
        """Write everything of the folder but predictions, cells, curves and statistics."""
        grid, table, results = self.grid, self.table, self.results
        gains = read_statistics(grid, results / "statistics.json")  # whatever may be refused is read before all writing
        found = findings.findings(grid, gains, self.weak, read_published())
        extras = read_extras(results, self.params, findings.to_json(found))
        noised = drops(grid, results / "statistics.json")
        old, averages = write.old_languages(results, grid), averages_tables(grid)
        second, parts = intermediate_table(grid), part_tables(grid)
        remarks = [*self.lead, *self.remarks]
        report = page(grid, table, averages, second, parts, self.controls, self.weak, remarks, extras, noised)

        write_json(results / "controls.json", self.controls)
        selections = selection_tables(grid)
        write.write_tables(
            results, table, averages, selections, self.remarks, self.weak, gains, len(grid.seeds), self.lead
        )
        write.write_languages(results, grid, self.controls["targets"], self.weak, old)
        write.write_long(results / "long.csv", grid)
        write_conditions(results, grid, noised)
        write.write_metrics(results / "metrics.json", grid)
        write.write_machines(results / "machines.json", grid)
        write.write_by_language(results / "by_language.json", grid)
        write.write_plots(results / "plots", grid, table)
        write.write_intermediate(results, grid, second, parts, intermediate_notes(grid))
        write.write_translations(results / "translations.md", grid)
        write_heatmap(results / "heatmap.svg", table)
        write_paper(results, grid, table, second, parts, self.controls["targets"], self.weak, gains, found)
        write_text(results / "report.html", report)
