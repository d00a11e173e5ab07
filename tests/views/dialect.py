"""Check of the views' text for what Athena and DuckDB read differently, or people read badly; each fault a sentence."""

from collections.abc import Iterator

import sqlglot
from oura_lake.query.views import changes_nothing
from sqlglot import exp
from sqlglot.tokenizer_core import TokenType
from support.present import present

FORBIDDEN = {
    "EVERY": "DuckDB lacks it; use BOOL_AND",
    "MAP_AGG": "DuckDB lacks it",
    "FORMAT": "its patterns differ",
    "FORMAT_DATETIME": "DuckDB lacks it",
    "APPROX_PERCENTILE": "the figures differ; sort an array",
    "TRY": "DuckDB does not fail where Athena does",
    "NOW": "a view does not know today",
    "CURRENT_DATE": "a view does not know today",
    "CURRENT_TIMESTAMP": "a view does not know today",
}
DATE_ARITHMETIC = (exp.DateAdd, exp.DateSub, exp.DateTrunc, exp.TimestampTrunc, exp.TsOrDsAdd)
LINES, WIDTH, CTES = 80, 120, 5


def faults(sql: str) -> list[str]:
    """Yield every fault in the text of a view."""
    tree = sqlglot.parse_one(sql, dialect="athena")
    return [*_layout(sql, tree), *_words(sql), *_names(tree), *_divisions(tree), *_dates(tree), *_selects(tree)]


def _layout(sql: str, tree: exp.Expr) -> Iterator[str]:
    lines = sql.splitlines()
    if not lines[0].startswith("-- One row per "):
        yield "the first line does not say what one row is"
    if len(lines) > LINES:
        yield f"{len(lines)} lines are more than {LINES}"
    if any(len(line) > WIDTH for line in lines):
        yield f"a line is wider than {WIDTH}"
    if len(list(tree.find_all(exp.CTE))) > CTES:
        yield f"more than {CTES} steps"


def _words(sql: str) -> Iterator[str]:
    for token in sqlglot.tokenize(sql, dialect="athena"):
        if token.text.upper() in FORBIDDEN and token.token_type is not TokenType.STRING:
            yield f"{token.text} is not for views: {FORBIDDEN[token.text.upper()]}"
        if token.token_type is TokenType.DCOLON:
            yield "Athena has no ::; use CAST"
        if token.token_type is TokenType.NUMBER and "." in token.text and "e" not in token.text.lower():
            yield f"{token.text} is a DECIMAL to Athena; write {token.text}e0"


def _names(tree: exp.Expr) -> Iterator[str]:
    for alias in tree.find_all(exp.TableAlias):
        if len(alias.name) == 1:
            yield f"{alias.name} is one letter; call the table or step by a word"


def _divisions(tree: exp.Expr) -> Iterator[str]:
    for node in tree.find_all(exp.Div, exp.Mod):
        if isinstance(node, exp.Div) and not (_is_double(node.left) or _is_double(node.right)):
            yield f"{node.sql()} divides whole numbers; divide by a DOUBLE such as 60e0"
        if not _is_guarded(node.right):
            yield f"{node.sql()} may divide by zero; wrap the divisor in NULLIF"


def _is_double(node: exp.Expr) -> bool:
    if isinstance(node, exp.Literal):
        return not node.is_string and "e" in node.name.lower()
    if isinstance(node, exp.Cast):
        return node.to.this is exp.DType.DOUBLE
    if isinstance(node, (exp.Paren, exp.Nullif, exp.Binary, exp.Neg)):
        return any(_is_double(child) for child in node.iter_expressions())
    return False


def _is_guarded(node: exp.Expr) -> bool:
    return isinstance(node, exp.Nullif) or (isinstance(node, exp.Literal) and float(node.name) != 0)


def _dates(tree: exp.Expr) -> Iterator[str]:
    """DATE_ADD and the like where no CAST fixes their type: neither one in the text nor the one around each column."""
    columns = _column_ids(tree)
    for node in tree.find_all(*DATE_ARITHMETIC, exp.Interval):
        operation = present(node.parent) if isinstance(node, exp.Interval) else node
        if isinstance(operation, exp.GenerateSeries):
            yield from _series(operation, columns)
        elif not isinstance(operation, exp.WindowSpec) and not _is_cast(operation, columns):
            yield f"{operation.sql()} is a DATE to Athena and a TIMESTAMP to DuckDB; wrap it in CAST"


def _series(series: exp.Expr, columns: set[int]) -> Iterator[str]:
    unnest, select = series.find_ancestor(exp.Unnest), series.find_ancestor(exp.Select)
    alias = unnest.alias if unnest else ""
    used = [c for c in select.find_all(exp.Column) if c.table == alias] if select and alias else []
    if not used or any(not _is_cast(c, columns) for c in used):
        yield f"the items of {series.sql()} are DATEs to Athena and TIMESTAMPs to DuckDB; wrap them in CAST"


def _column_ids(tree: exp.Expr) -> set[int]:
    """Find the expressions that are a column of the view: each is cast to the type of the .yml."""
    return {id(column.unalias()) for column in _outputs(tree)}


def _is_cast(node: exp.Expr, columns: set[int]) -> bool:
    return isinstance(node.parent, exp.Cast) or id(node) in columns


def _selects(tree: exp.Expr) -> Iterator[str]:
    if any(column.is_star for select in tree.find_all(exp.Select) for column in select.expressions):
        yield "SELECT * goes stale when a table grows; name the columns"
    if any(query.args.get("order") for query in tree.find_all(exp.Query)):
        yield "ORDER BY in a view orders nothing"
    if any(not changes_nothing(node.args.get("finish")) for node in tree.find_all(exp.Reduce)):
        yield "the last function of REDUCE is lost in DuckDB; let it give back what it is given"
    if any(isinstance(w.this, exp.RowNumber) and not _ends_unique(w) for w in tree.find_all(exp.Window)):
        yield "ROW_NUMBER leaves ties to chance; order by an id last"
    group = tree.args.get("group")
    grouped = group.expressions if group else []
    if any(isinstance(c.unalias(), exp.Cast) and c.unalias() not in grouped for c in _outputs(tree)):
        yield "a column is CAST, and its type stands in the .yml; leave the CAST out"


def _ends_unique(window: exp.Window) -> bool:
    order = window.args.get("order")
    return bool(order) and present(order).expressions[-1].this.name.endswith("id")


def _outputs(tree: exp.Expr) -> list[exp.Expr]:
    return tree.selects if isinstance(tree, exp.Query) else []
