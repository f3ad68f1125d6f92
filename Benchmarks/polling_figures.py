"""Memory and processor of an agent that polls 20 sensors at 1 Hz: polling_figures.py EDGE_AGENT."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

AGENT = os.path.abspath(sys.argv[1])
SECONDS = float(os.environ.get("SECONDS", "60"))
COUNT = 20
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

PEER = """
import asyncio, json, sys
import fastapi, requests, uvicorn
from pymodbus.client import AsyncModbusTcpClient

async def poll(port):
    client = AsyncModbusTcpClient("127.0.0.1", port=port)
    await client.connect()
    while True:
        answer = await client.read_holding_registers(0, count=4, device_id=1)
        last[port] = [value * 0.01 for value in answer.registers]
        await asyncio.sleep(1)

async def main():
    await asyncio.gather(*(poll(port) for port in ports))

last = {}
application = fastapi.FastAPI()
ports = json.loads(sys.argv[1])
asyncio.run(main())
"""


def usage(process):
    """Seconds of processor so far, and resident megabytes now."""
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    with open(f"/proc/{process.pid}/status") as file:
        resident = next(line for line in file if line.startswith("VmRSS"))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(resident.split()[1]) / 1024


def measure(name, process):
    time.sleep(10)  # what is only done at the start
    before, _ = usage(process)
    time.sleep(SECONDS)
    after, resident = usage(process)
    print(f"{name:12} {resident:6.1f} MB   {100 * (after - before) / SECONDS:5.2f} % of a core")


with tempfile.TemporaryDirectory() as folder:
    for part in ("labs/asab", "device-profiles"):
        shutil.copytree(os.path.join(ROOT, part), os.path.join(folder, part))
    profile = os.path.join(folder, "device-profiles/siemens/qfa3150-mo.yaml")
    with open(profile) as file:
        text = file.read()
    with open(profile, "w") as file:
        file.write(text.replace("poll: 5 s", "poll: 1 s"))
    lab = os.path.join(folder, "labs/asab/lab.yaml")
    with open(lab, "a") as file:
        for number in range(COUNT):
            file.write(f"  sensor{number}: {{ profile: siemens/qfa3150-mo, link: tcp://127.0.0.1:{6000 + number} }}\n")
    password = os.path.join(folder, "password")
    with open(password, "w") as file:
        file.write("lab")
    links = os.path.join(folder, "links.jsonl")
    with open(links, "w") as file:
        simulator = subprocess.Popen([AGENT, "simulate", "--lab", lab, "--json"], stdout=file)
    while sum(1 for _ in open(links)) < 18 + COUNT:
        time.sleep(0.1)
    broker = subprocess.Popen([AGENT, "broker", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True)
    address = json.loads(broker.stdout.readline())["url"]

    started = time.monotonic()
    agent = subprocess.Popen(
        [AGENT, "run", "--config", lab, "--broker", address, "--user", "lab", "--password-file", password,
         "--links", links, "--json"],
        stdout=subprocess.DEVNULL)
    readings = os.path.join(folder, ".state/asab/readings.sqlite")
    while True:
        time.sleep(0.005)
        if not os.path.exists(readings):
            continue
        try:
            with sqlite3.connect(f"file:{readings}?mode=ro", uri=True) as database:
                if database.execute("SELECT count(*) FROM reading").fetchone()[0] > 0:
                    break
        except sqlite3.Error:
            continue
    print(f"start to first reading kept, {18 + COUNT} devices identified: {1000 * (time.monotonic() - started):.0f} ms")
    measure("edge-agent", agent)
    with sqlite3.connect(f"file:{readings}?mode=ro", uri=True) as database:
        kept = database.execute("SELECT count(*) FROM reading").fetchone()[0]
    listed = subprocess.run(
        [AGENT, "readings", "--config", lab, "--json"], check=True, stdout=subprocess.PIPE, text=True)
    missed = sum(one["missed"] for one in json.loads(listed.stdout))
    print(f"readings kept: {kept}, polls missed: {missed}")
    agent.send_signal(signal.SIGTERM)
    agent.wait()

    ports = [int(line["endpoint"].rsplit(":", 1)[1]) for line in map(json.loads, open(links))
             if line["device"].startswith("sensor")]
    peer = subprocess.Popen([sys.executable, "-c", PEER, json.dumps(ports)])
    measure("python", peer)
    for process in (peer, simulator, broker):
        process.terminate()
        process.wait()
