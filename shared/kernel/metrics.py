"""Prometheus metrics. Labels hold names of ours only: no ids, no personal data."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

HTTP_SECONDS = Histogram(
    "hanpyo_http_seconds",
    "Time to answer an HTTP request, by function and status class.",
    ["function", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
MESSAGES = Counter("hanpyo_messages_total", "Messages by new ledger state.", ["state"])
IMPORT_ROWS = Counter("hanpyo_import_rows_total", "Rows of imported files, by outcome.", ["outcome"])
CARRIER_CALLS = Counter("hanpyo_carrier_calls_total", "Calls to carriers, by result.", ["carrier", "result"])
BREAKERS_OPEN = Gauge(
    "hanpyo_carrier_breakers_open",
    "Carrier accounts that nobody calls just now because too many calls failed.",
    ["carrier"],
    multiprocess_mode="mostrecent",
)
CARRIER_UNKNOWN_CODES = Counter(
    "hanpyo_carrier_unknown_codes_total",
    "Codes of carriers that are in no table of ours.",
    ["carrier", "code"],
)


def exposition(multiprocess_directory: str | None) -> bytes:
    """The metrics of this process, or of all processes that share the directory."""
    if not multiprocess_directory:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, path=multiprocess_directory)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
