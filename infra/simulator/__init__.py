"""The carrier simulator: speaks carriers' wire protocols and shows virtual phones.

Its own process with its own database; it imports nothing of the hub, as a carrier would not.

One carrier is one module (`solapi.py`, `nhn.py`, …) and one line in `dialects.py`. A module has
`add_routes(app, parts)` with its paths at the server's root (no two carriers share one), checks each request
by its own rules, passes it through `parts.gate` and hands the messages to `network.take`; its answers, its
codes and its webhook calls (`report_call`) are its own. An account says by `carrier` which module it belongs
to; what a carrier needs beside `api_key` and `api_secret` is in `Account.credentials`, and
`accounts.find_by` finds an account by one of them. Errors in its shape: an exception with
`write(resp: falcon.Response)`, derived from `errors.CarrierError`.
"""
