"""A server that keeps running while you edit its pages.

load run --reload examples/hot_reload/server.py [PORT]

Edit `pages.py` and send another request: the count goes on, and the answer is the new one. When you edit this file, the
server restarts. It needs `pip install watchfiles`.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pages

requests = count(1)


class Handler(BaseHTTPRequestHandler):
    """Answers with what `pages` says."""

    def do_GET(self) -> None:
        """One answer."""
        status, text = pages.answer(self.path)
        body = f"{next(requests)}: {text}".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serve until Ctrl-C."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:  # Ctrl-C, or this file was edited and runs anew
            print("closed", flush=True)


if __name__ == "__main__":
    main()
