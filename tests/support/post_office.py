#!/usr/bin/python3
"""The world outside, for the story of notices: a mail server (aiosmtpd, STARTTLS) and an HTTPS server, which keep what they get.

use: post_office.py SMTP-PORT HTTP-PORT CHAIN KEY FOLDER
FOLDER/mail/N.eml with N.to beside it, FOLDER/hook/N.json with N.headers. Mailboxes "refused…" are refused for good, "later…" twice for now;
a file FOLDER/hook-fails holds how often the HTTPS server says 500.
"""
import http.server
import pathlib
import ssl
import sys
import threading

from aiosmtpd.controller import Controller

smtp_port, http_port, chain, key, folder = sys.argv[1:]
folder = pathlib.Path(folder)
for name in ("mail", "hook"):
    (folder / name).mkdir(parents=True, exist_ok=True)
tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(chain, key)
lock = threading.Lock()
said_later = {}


def keep(kind, suffix, content, beside, words):
    with lock:
        number = len(list((folder / kind).glob("*" + suffix))) + 1
        (folder / kind / f"{number}{beside}").write_text(words)
        part = folder / kind / f"{number}.part"
        part.write_bytes(content)
        part.rename(folder / kind / f"{number}{suffix}")


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox here"
        if address.startswith("later"):
            said_later[address] = said_later.get(address, 0) + 1
            if said_later[address] <= 2:
                return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        keep("mail", ".eml", envelope.content, ".to", "\n".join(envelope.rcpt_tos) + "\n")
        return "250 2.0.0 kept"


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fails = folder / "hook-fails"
        left = int(fails.read_text()) if fails.exists() else 0
        if left > 0:
            fails.write_text(str(left - 1))
        else:
            keep("hook", ".json", body, ".headers", "".join(f"{k.lower()}: {v}\n" for k, v in self.headers.items()) + f"path: {self.path}\n")
        self.send_response(500 if left > 0 else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


mail = Controller(Mailbox(), hostname="127.0.0.1", port=int(smtp_port), tls_context=tls, require_starttls=True)
mail.start()
hook = http.server.ThreadingHTTPServer(("127.0.0.1", int(http_port)), Hook)
hook.socket = tls.wrap_socket(hook.socket, server_side=True)
print("open", flush=True)
hook.serve_forever()
