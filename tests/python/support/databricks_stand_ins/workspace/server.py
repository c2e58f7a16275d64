"""HTTPS on a free port of this machine, with a certificate of its own."""

import datetime
import ipaddress
import json
import re
import ssl
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from databricks_stand_ins.workspace.jobs import Jobs
from databricks_stand_ins.workspace.warehouse import Warehouse

HTTP_PATH = "/sql/1.0/warehouses/1"


def serve(warehouse: Warehouse, jobs: Jobs, certificate: Path) -> ThreadingHTTPServer:
    """A server that is bound and has yet to be started. certificate: where to write the one that clients have to trust."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if url.path == HTTP_PATH:
                self._send(200, warehouse.answer(body), "application/x-thrift")
            elif url.path == "/.well-known/databricks-config":
                self._send_json(200, {"host_type": "workspace", "workspace_id": "1"})
            else:
                self._answer_call(url.path, json.loads(body) if body else dict(parse_qsl(url.query)))

        do_GET = do_PATCH = do_POST

        def _answer_call(self, path: str, arguments: dict[str, Any]) -> None:
            endpoint = re.sub(r"^/api/2\.\d/|(?<=/jobs)/\d+$", "", path)
            try:
                answer = jobs.answer(endpoint, arguments)
            except Exception:
                self._send_json(400, {"error_code": "INVALID_PARAMETER_VALUE", "message": traceback.format_exc()})
                return
            if answer is None:
                self._send_json(404, {"error_code": "ENDPOINT_NOT_FOUND", "message": f"There is no {path} here."})
            else:
                self._send_json(200, answer)

        def _send_json(self, status: int, answer: dict[str, Any]) -> None:
            self._send(status, json.dumps(answer).encode(), "application/json")

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = _tls(certificate).wrap_socket(server.socket, server_side=True)
    return server


def _tls(certificate: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    certificate.write_bytes(signed.public_bytes(pem))
    private = certificate.with_suffix(".key")
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context
