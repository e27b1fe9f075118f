"""Takes the logins of an RDS server with IAM authentication, and passes what follows on to a server.

RDS itself is on no test's machine. This asks for the password in clear text over TLS, as RDS does, and takes a token for it that
is signed as AWS has it (Signature Version 4, service rds-db), names the user and is no older than LIFE seconds. It cuts all
connections once, CUT seconds after the first.

    rds.py BACKEND_PORT CERT KEY USER SECRET REGION LIFE CUT    prints its port, and a line for each login
"""

import datetime
import hashlib
import hmac
import socket
import ssl
import sys
import threading
import time
import urllib.parse

BACKEND, CERT, KEY, USER, SECRET, REGION, LIFE, CUT = sys.argv[1:]
SSL, PLUGIN_AUTH, LENENC_AUTH, CONNECT_ATTRS, WITH_DB = 1 << 11, 1 << 19, 1 << 21, 1 << 20, 1 << 3
lock, pairs, first = threading.Lock(), [], []


def exactly(stream, count):
    data = b""
    while len(data) < count:
        more = stream.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def packet(stream):
    head = exactly(stream, 4)
    return head[3], exactly(stream, int.from_bytes(head[:3], "little"))


def send(stream, number, payload):
    stream.sendall(len(payload).to_bytes(3, "little") + bytes([number]) + payload)


def what_is_wrong(token, port):
    """Why a token is none, or nothing."""
    url = urllib.parse.urlsplit("https://" + token)
    query = dict(urllib.parse.parse_qsl(url.query, strict_parsing=True))
    signature = query.pop("X-Amz-Signature")
    if (query["Action"], query["DBUser"]) != ("connect", USER) or url.netloc != f"127.0.0.1:{port}":
        return "another request"
    date = query["X-Amz-Date"]
    made = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
    if not -2 <= time.time() - made <= float(LIFE) or query["X-Amz-Expires"] != "900":
        return "expired"
    quote = lambda text: urllib.parse.quote(text, safe="-_.~")
    canonical = "&".join(f"{quote(name)}={quote(value)}" for name, value in sorted(query.items()))
    request = f"GET\n/\n{canonical}\nhost:{url.netloc}\n\nhost\n" + hashlib.sha256(b"").hexdigest()
    scope = f"{date[:8]}/{REGION}/rds-db/aws4_request"
    if not query["X-Amz-Credential"].endswith("/" + scope):
        return "another scope"
    text = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n" + hashlib.sha256(request.encode()).hexdigest()
    key = b"AWS4" + SECRET.encode()
    for part in [*scope.split("/"), text]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return "" if hmac.compare_digest(key.hex(), signature) else "another signature"


def relay(source, sink):
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client, port):
    backend = socket.create_connection(("127.0.0.1", int(BACKEND)))
    _, greeting = packet(backend)
    at = greeting.index(b"\0", 1) + 1 + 4 + 8 + 1
    low = int.from_bytes(greeting[at : at + 2], "little") | SSL
    send(client, 0, greeting[:at] + low.to_bytes(2, "little") + greeting[at + 2 :])
    packet(client)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERT, KEY)
    client = context.wrap_socket(client, server_side=True)
    number, login = packet(client)
    caps = int.from_bytes(login[:4], "little")
    end = login.index(b"\0", 32)
    user, rest = login[32:end].decode(), login[end + 1 :]
    rest = rest[1 + rest[0] :]
    database = rest[: rest.index(b"\0") + 1] if caps & WITH_DB else b""
    send(client, number + 1, b"\xfemysql_clear_password\0")
    number, token = packet(client)
    wrong = "another user" if user != USER else what_is_wrong(token.rstrip(b"\0").decode(), port)
    print(wrong or "taken", flush=True)
    if wrong:
        return send(client, number + 1, b"\xff\x15\x04#28000Access denied for user")
    caps &= ~(SSL | LENENC_AUTH | CONNECT_ATTRS)
    send(backend, 1, caps.to_bytes(4, "little") + login[4:32] + b"loader\0\0" + database + b"mysql_native_password\0")
    _, answer = packet(backend)
    send(client, number + 1, answer)
    with lock:
        pairs.append((client, backend))
        if not first:
            first.append(threading.Timer(float(CUT), cut))
            first[0].daemon = True
            first[0].start()
    threading.Thread(target=relay, args=(client, backend), daemon=True).start()
    relay(backend, client)


def cut():
    with lock:
        for ends in pairs:
            for end in ends:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
    print("cut", flush=True)


listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
print(port, flush=True)
while True:
    stream, _ = listener.accept()
    threading.Thread(target=serve, args=(stream, port), daemon=True).start()
