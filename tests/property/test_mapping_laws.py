"""Laws of the mapping: total, deterministic, and silent about values."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_builders import IDS, MAPPINGS, delivery, native

from gateway.mapping import Mapped, Rejected, load_mappings
from gateway.model.record import decode_record, encode_record
from gateway.model.stages import Skipped

SHIPPED = load_mappings([MAPPINGS])
DIRT = st.sampled_from(
    [
        "",
        " ",
        "NULL",
        "-",
        "2030-02-03",
        "02/03/2030",
        "07/04/2030 6:08:26 PM",
        "11/03/2030 01:30",
        "12/31/9999",
        "01/01/0001 00:00",
        "-1",
        "1e9",
        "NaN",
        "9" * 60,
        "WI",
        "PHOTO;PHOTO",
        "a\x00b",
        "a\r\nb",
        "\ud800",
        "🚨",
        "CVE-2030-10001",
        "ipv4",
        "url",
        "10.0.0.1",
        "hxxp://[::1",
        "Y",
        "' OR 1=1",
        "=cmd()",
        "x" * 21_000,
    ]
)
CELL = DIRT | st.text(max_size=30)


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    feed = draw(st.sampled_from(sorted(SHIPPED)))
    mapping = SHIPPED[feed]
    given_cells = dict(draw(st.sampled_from(mapping.document.tests)).given)
    # a column that repeats gets dirt in its first members, in those that the test gives and in one far behind
    addresses = st.builds(
        lambda column, position: column.replace("[*]", f"[{position}]"),
        st.sampled_from(mapping.columns),
        st.sampled_from([0, 1, 2, 99]),
    )
    dirt = draw(st.dictionaries(addresses, CELL, max_size=6))
    return feed, {**given_cells, **dirt}


@settings(max_examples=500, deadline=None)
@given(row=rows())
def test_any_row_ends_in_a_record_a_skip_or_problems_and_always_in_the_same(row: tuple[str, dict[str, str]]) -> None:
    feed, cells = row
    mapping = SHIPPED[feed]
    result = mapping.map(native(cells), delivery(feed=feed), IDS)
    assert result == mapping.map(native(dict(reversed(cells.items()))), delivery(feed=feed), IDS)
    if isinstance(result, Mapped):
        # every value keeps the record's own bounds: the store's form reads back as the same record
        assert decode_record(encode_record(result.record)) == result.record
        refs = {entity.ref for _, entity in result.record.entities()}
        assert all({r.source, r.target} <= refs for r in result.record.relations)
    elif isinstance(result, Rejected):
        assert any(problem.fatal for problem in result.problems)
        assert all(problem.code and problem.problem and problem.remedy for problem in result.problems)
    else:
        assert isinstance(result, Skipped)


@settings(max_examples=200, deadline=None)
@given(secret=st.text(st.characters(categories=("Lu", "Ll")), min_size=6, max_size=30), data=st.data())
def test_no_problem_repeats_a_value(secret: str, data: st.DataObject) -> None:
    mapping = SHIPPED["sar-form"]
    cells = dict(mapping.document.tests[0].given)
    column = data.draw(st.sampled_from(mapping.columns))
    cells[column] = f"{secret}\x07"
    result = mapping.map(native(cells), delivery(), IDS)
    problems = result.problems if isinstance(result, Rejected) else ()
    told = json.dumps([problem.sentence() + problem.value for problem in problems], ensure_ascii=False)
    vocabulary = str(mapping.document) + "SuspiciousBehavior TargetSector"
    assert secret not in told or secret in vocabulary
