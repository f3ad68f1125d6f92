"""From a halt to the wire of each pump, with the released program: halt_figures.py EDGE_AGENT [HALTS [SEED]].

A proxy stands between the agent and each pump's SiLA server. What counts is the time from the halt's last byte on the
agent's control socket to the first call (an HTTP/2 HEADERS frame) on the wire of the last pump, in the middle of runs, with
twenty sensors polled beside them.
"""

import json
import os
import random
import socket
import sys
import tempfile
import threading
import time

from console_figures import Site, quantiles

HALTS = int(sys.argv[2]) if len(sys.argv) > 2 else 100
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
PREFACE = 24  # bytes that open an HTTP/2 connection
HEADERS = 1


class Proxy:
    """Passes bytes on, and notes when a call begins."""

    def __init__(self, endpoint):
        self.target = endpoint.removeprefix("tcp://").split(":")
        self.calls = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            agent = self.listener.accept()[0]
            pump = socket.create_connection((self.target[0], int(self.target[1])))
            for end in (agent, pump):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.pump, args=(agent, pump, True), daemon=True).start()
            threading.Thread(target=self.pump, args=(pump, agent, False), daemon=True).start()

    def pump(self, source, sink, notes):
        buffer, skip = b"", PREFACE
        try:
            while data := source.recv(65536):
                now = time.perf_counter()
                sink.sendall(data)
                if not notes:
                    continue
                buffer += data
                while len(buffer) >= skip + 9:
                    length, kind = int.from_bytes(buffer[skip:skip + 3], "big"), buffer[skip + 3]
                    if kind == HEADERS:
                        self.calls.append(now)
                    skip += 9 + length
                cut = min(skip, len(buffer))
                buffer, skip = buffer[cut:], skip - cut
        except OSError:
            pass
        sink.close()


def ask(path, request):
    """One line to the agent's control socket; the moment when it was sent, and the answer."""
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(path)
        line = json.dumps({"ask": request}).encode() + b"\n"
        sent = time.perf_counter()
        control.sendall(line)
        answer = b""
        while not answer.endswith(b"\n"):
            answer += control.recv(65536)
    return sent, json.loads(answer)


sys.setswitchinterval(1e-4)  # among the threads of proxies, so that no one waits for its turn to look at the time


def main():
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder)
        proxies = []
        lines = [json.loads(line) for line in open(site.links)]
        for line in lines:
            if line["kind"] == "syringe-pump":
                proxies.append(Proxy(line["endpoint"]))
                line["endpoint"] = proxies[-1].endpoint
        open(site.links, "w").write("".join(json.dumps(line) + "\n" for line in lines))
        site.start()
        control = os.path.join(folder, ".state/asab/control.sock")
        threading.Thread(target=lambda: [None for _ in site.agent.stdout], daemon=True).start()
        time.sleep(3)
        times, unstopped = [], 0
        for number in range(HALTS):
            if not any(run["state"] == "running" for run in site.verb("runs")):
                site.post_request()
            time.sleep(dice.uniform(0.2, 2))
            sent, answer = ask(control, {"halt": {"person": "bench"}})
            unstopped += len(answer["answer"]["failures"])
            first = [next((call for call in proxy.calls if call >= sent), None) for proxy in proxies]
            assert None not in first, "a pump was told nothing"
            times.append(max(first) - sent)
            ask(control, {"release": {"person": "bench"}})
            for prompt in site.verb("prompts"):
                site.verb("prompts", "answer", prompt["id"], "abandon")
        print(f"from a halt to the wire of the last of {len(proxies)} pumps, seed {SEED}: {quantiles(times)}; "
              f"{unstopped} devices did not answer in time")
        site.end()


main()
