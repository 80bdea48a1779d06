"""An HTTP server that answers as a test says, byte by byte, and remembers what it was asked."""
import dataclasses
import json
import socket
import ssl
import threading


@dataclasses.dataclass
class Request:
    line: str
    headers: dict  # names in lower case
    body: bytes
    raw: bytes

    @property
    def operation(self):
        return self.headers.get("x-amz-target", "").rpartition(".")[2]

    @property
    def input(self):
        return json.loads(self.body)


def response(status, body=b"", headers=(), reason="Reason"):
    """The bytes of a response; `body` is bytes or a value for JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers),
             f"Content-Length: {len(data)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def read_request(stream):
    line = stream.readline()
    raw, headers = line, {}
    while line not in (b"\r\n", b""):
        line = stream.readline()
        raw += line
        name, _, value = line.decode("latin-1").partition(":")
        if value:
            headers[name.strip().lower()] = value.strip()
    if not raw.strip():
        return None
    body = stream.read(int(headers.get("content-length", 0)))
    return Request(raw.split(b"\r\n")[0].decode("latin-1"), headers, body, raw + body)


class Scripted:
    """Calls `answer(request)` for each request; it returns the bytes to send, or None to close the connection. As a
    proxy (`tunnel`), CONNECT is answered by `tunnel(request)`, and the tunnel ends in this server."""

    def __init__(self, answer, tunnel=None, tls=None):
        """`tls`: files of a certificate and its key."""
        self.answer, self.tunnel, self.requests, self.connects = answer, tunnel, [], []
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*tls)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            if self.context and not self.tunnel:
                connection = self.context.wrap_socket(connection, server_side=True)
            stream = connection.makefile("rb")
            while request := read_request(stream):
                connect = request.line.startswith("CONNECT ")
                (self.connects if connect else self.requests).append(request)
                told = (self.tunnel if connect else self.answer)(request)
                if told is None:
                    break
                connection.sendall(told)
                if connect and self.context and told.startswith(b"HTTP/1.1 200"):
                    connection = self.context.wrap_socket(connection, server_side=True)
                    stream = connection.makefile("rb")
        except (OSError, ValueError):
            pass  # the client went away, or did not speak TLS
        finally:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()

    def close(self):
        """Afterwards nothing listens: a thread that waits in accept() would keep the socket open."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
