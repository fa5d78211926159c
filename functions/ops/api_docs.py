from shared.runtime import Request, Stream, http

# Swagger UI's own files are served by the frontend under /swagger/.
_PAGE = """<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hanpyo API</title>
<link rel="stylesheet" href="/swagger/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/swagger/swagger-ui-bundle.js"></script>
<script src="/api-docs.js"></script>
</body>
</html>
"""


@http("GET", "/docs", role=None, prefix="/api")
def api_docs(request: Request) -> Stream:
    """The API reference as a page to browse."""
    return Stream([_PAGE.encode()], "text/html; charset=utf-8", "")
