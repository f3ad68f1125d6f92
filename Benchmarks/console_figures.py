"""Figures of the console: console_figures.py EDGE_AGENT."""

import http.client
import json
import math
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

AGENT = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SENSORS = 20
DAYS = 60
HOUR = 3_600_000_000


class Browser:
    def __init__(self, address):
        self.host, self.port = urllib.parse.urlsplit(address).hostname, urllib.parse.urlsplit(address).port
        self.origin, self.cookie = address, ""
        self.connection = http.client.HTTPConnection(self.host, self.port)

    def ask(self, method, path, fields=None):
        """The status, the body, and the seconds from the question to its last byte."""
        headers = {"cookie": self.cookie, "origin": self.origin, "content-type": "application/x-www-form-urlencoded"}
        body = urllib.parse.urlencode(fields) if fields else None
        started = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        elapsed = time.perf_counter() - started
        for cookie in answer.msg.get_all("set-cookie") or []:
            self.cookie = cookie.split(";")[0]
        return answer.status, text, elapsed

    def send(self, page, path, **fields):
        key = re.search(r'name="form_key" value="([0-9a-f]+)"', self.ask("GET", page)[1]).group(1)
        return self.ask("POST", path, {"form_key": key, **fields})


def quantiles(seconds):
    ordered = sorted(seconds)
    at = lambda share: 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return f"p50 {at(0.5):.1f} ms, p99 {at(0.99):.1f} ms, longest {1000 * ordered[-1]:.1f} ms, of {len(ordered)}"


def memory(process):
    with open(f"/proc/{process.pid}/status") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1]) / 1024


def lab_with_sensors(folder):
    for part in ("labs/asab", "device-profiles"):
        shutil.copytree(os.path.join(ROOT, part), os.path.join(folder, part))
    profile = os.path.join(folder, "device-profiles/siemens/qfa3150-mo.yaml")
    text = open(profile).read()
    open(profile, "w").write(text.replace("poll: 5 s", "poll: 1 s"))
    lab = os.path.join(folder, "labs/asab/lab.yaml")
    text = open(lab).read().replace("poll: 5 s", "poll: 200 ms")
    for number in range(SENSORS):
        text += f"  sensor{number}: {{ profile: siemens/qfa3150-mo, link: tcp://127.0.0.1:{6000 + number} }}\n"
    open(lab, "w").write(text)
    return lab


def fill(path):
    """Sixty days of roll-ups, as an agent would have left them."""
    with sqlite3.connect(path) as database:
        series = [row[0] for row in database.execute("SELECT id FROM series")]
        now = int(time.time() * 1e6) // HOUR * HOUR
        for width, table in ((HOUR, "hour"), (HOUR // 60, "minute")):
            for one in series:
                database.executemany(
                    f"INSERT OR IGNORE INTO {table} (series, start, count, minimum, maximum, total, quality) "
                    "VALUES (?, ?, ?, ?, ?, ?, 0)",
                    ((one, start, 60, mean - 0.4321, mean + 0.5432, 60 * mean)
                     for start in range(now - DAYS * 24 * HOUR, now, width)
                     for mean in [23 + 4 * math.sin(start / (17 * HOUR)) + one]))
    return len(series)


class Site:
    def __init__(self, folder):
        self.folder, self.lab = folder, lab_with_sensors(folder)
        self.links = os.path.join(folder, "links.jsonl")
        self.password = os.path.join(folder, "password")
        open(self.password, "w").write("lab")
        self.simulator = subprocess.Popen(
            [AGENT, "simulate", "--lab", self.lab, "--speed", "100", "--json"], stdout=open(self.links, "w"))
        while sum(1 for _ in open(self.links)) < 19 + SENSORS:
            time.sleep(0.1)
        self.broker = subprocess.Popen([AGENT, "broker", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True)
        self.address = json.loads(self.broker.stdout.readline())["url"]

    def start(self):
        self.agent = subprocess.Popen(
            [AGENT, "run", "--config", self.lab, "--broker", self.address, "--user", "lab", "--password-file", self.password,
             "--links", self.links, "--speed", "100", "--json", "--console", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)

    def wait_for(self, event, **fields):
        for line in self.agent.stdout:
            found = json.loads(line)
            if found["event"] == event and all(value in found[key] for key, value in fields.items()):
                return found
        raise SystemExit(f"the agent ended before {event}")

    def verb(self, *words):
        return json.loads(subprocess.run(
            [AGENT, *words, "--config", self.lab, "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout)

    def post_request(self):
        form = urllib.parse.urlencode({"username": "demo", "password": "demo", "grant_type": "password"}).encode()
        token = json.load(urllib.request.urlopen(self.address + "/user_management/authenticate", form))["access_token"]
        parts = [("AXPLOJNSKRXQPA-UHFFFAOYSA-N", "[Li+].F[P-](F)(F)(F)(F)F", 0.09),
                 ("KMTRUDSVKNLOMY-UHFFFAOYSA-N", "C1COC(=O)O1", 0.31), ("JBTWLSYIZRCDFO-UHFFFAOYSA-N", "CCOC(=O)OC", 0.6)]
        formulation = [{"chemical": {"InChIKey": key, "SMILES": smiles}, "fraction": share, "fraction_type": "molPerMol"}
                       for key, smiles, share in parts]
        body = {"quantity": "conductivity", "methods": ["two_electrode"],
                "parameters": {"two_electrode": {"formulation": formulation, "temperature": 299.65}},
                "tenant_uuid": "5c3a1b1e-6f1d-4f0e-9d55-2f7d3a7c9a10"}
        urllib.request.urlopen(urllib.request.Request(
            self.address + "/requests/", json.dumps(body).encode(),
            {"content-type": "application/json", "authorization": "Bearer " + token}))

    def end(self):
        for process in (self.agent, self.simulator, self.broker):
            process.send_signal(signal.SIGTERM)
            process.wait()


def measure(site):
    site.start()
    time.sleep(8)  # until every series has begun
    site.agent.send_signal(signal.SIGTERM)
    site.agent.wait()
    count = fill(os.path.join(site.folder, ".state/asab/readings.sqlite"))
    site.start()
    browser = Browser(site.wait_for("console.ready")["url"])
    code = site.wait_for("console.enrolment")["code"]
    assert browser.send("/enrol", "/enrol", code=code, name="Ada", password="a long enough password")[0] == 303
    time.sleep(3)

    page = browser.ask("GET", "/devices")[1]
    assets = sum(len(browser.ask("GET", path)[1].encode()) for path in re.findall(r'(?:href|src)="(/console-[^"]+)"', page))
    print(f"page of devices, seven days of {count} series, {DAYS} days kept: {len(page.encode()) / 1000:.0f} kB, "
          f"{assets / 1000:.0f} kB once for style and script; {quantiles([browser.ask('GET', '/devices')[2] for _ in range(100)])}")
    print(f"page of what waits: {quantiles([browser.ask('GET', '/')[2] for _ in range(200)])}")

    slow = []
    for _ in range(200):
        connection = socket.create_connection((browser.host, browser.port))
        connection.sendall(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ")
        slow.append(connection)
    print(f"the same beside 200 slow connections: {quantiles([browser.ask('GET', '/')[2] for _ in range(200)])}")
    for connection in slow:
        connection.close()

    waits = []
    site.post_request()
    for _ in range(5):
        site.wait_for("step.begun", title="push")
        run = site.verb("runs")[0]["id"]
        site.verb("runs", "stop", run)
        prompt = site.wait_for("operator.asked")["prompt"]
        started = time.perf_counter()
        assert browser.send("/", f"/prompts/{prompt}", answer="resume")[0] == 303
        site.wait_for("run.resumed")
        waits.append(time.perf_counter() - started)
    print(f"from an answer, its page and its form included, to the run that waits: {quantiles(waits)}")

    streams = []
    for _ in range(3):
        stream = socket.create_connection((browser.host, browser.port))
        stream.sendall(f"GET /events HTTP/1.1\r\nhost: {browser.host}:{browser.port}\r\ncookie: {browser.cookie}\r\n\r\n".encode())
        streams.append(stream)
    time.sleep(3)
    print(f"resident memory of the agent with three pages open: {memory(site.agent):.1f} MB")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder)
        try:
            measure(site)
        finally:
            site.end()
