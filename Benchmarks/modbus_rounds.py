"""Runs the Modbus figures in turns with their peers: modbus_rounds.py FIGURES LIBMODBUS_PEER PYTHON SAMPLES.

One request is in flight at a time, so ratios of rates are ratios of median times, which other work on the machine disturbs
least; mean rates are listed beside them.
"""

import json
import os
import statistics
import subprocess
import sys

FIGURES, LIBMODBUS, PYTHON, SAMPLES = sys.argv[1:5]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = os.environ.get("SECONDS", "2")
PYMODBUS = [PYTHON, os.path.join(os.path.dirname(__file__), "Modbus/peers/pymodbus_peer.py")]
# 30 units, each with 16 registers scattered within 24 addresses, that answer after 10 ms.
BAUD, REACTION, UNITS = 19200, 10, 30
# What the line can carry at best: one request of 8 bytes and one answer of 53 per unit at 11 bits a byte, the reaction, and
# the rest of 3.5 characters that the standard wants before each request.
LINE_LIMIT = 16 / ((8 + 53 + 3.5) * 11 / BAUD + REACTION / 1000)


class Server:
    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.place = self.process.stdout.readline().strip()

    def __enter__(self):
        return self.place

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def figure(*command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


samples = {}


def note(name, value):
    samples.setdefault(name, []).append(value)


for _ in range(ROUNDS):
    with Server(LIBMODBUS, "serve") as port:
        for registers in ("1", "100"):
            ours = figure(FIGURES, "client", port, registers, SECONDS)
            theirs = figure(LIBMODBUS, "client", port, registers, SECONDS)
            python = figure(*PYMODBUS, "client", port, registers, SECONDS)
            for name, one in (("edge-agent", ours), ("libmodbus", theirs), ("pymodbus", python)):
                for key, value in one.items():
                    note(f"client {registers} {name} {key}", value)
            note(f"P01 client {registers} / libmodbus", theirs["p50_us"] / ours["p50_us"])
            note(f"P02 client {registers} / pymodbus", python["p50_us"] / ours["p50_us"])
        ours = figure(FIGURES, "clients", port, "16", "100", SECONDS)
        python = figure(*PYMODBUS, "clients", port, "16", "100", SECONDS)
        note("P03 edge-agent values per CPU-s", ours["values_per_cpu_s"])
        note("P03 pymodbus values per CPU-s", python["values_per_cpu_s"])
        note("P03 per CPU-second / pymodbus", ours["values_per_cpu_s"] / python["values_per_cpu_s"])
    with Server(FIGURES, "serve-line", str(BAUD), str(REACTION), str(UNITS)) as tty:
        ours = figure(FIGURES, "line", tty, str(BAUD), str(UNITS), "4")
        python = figure(*PYMODBUS, "line", tty, str(BAUD), str(UNITS), "4")
        for name, one in (("edge-agent", ours), ("pymodbus", python)):
            note(f"P04 {name} points/s", one["points_per_s"])
            note(f"P04 {name} points/s, mean", one["mean_points_per_s"])
        note("P04 line / pymodbus", ours["points_per_s"] / python["points_per_s"])
        note("P04 line / what it can carry", ours["points_per_s"] / LINE_LIMIT)
    plan = figure(FIGURES, "plan")
    note("P05 plan of 10,000 registers, ms", plan["plan_ms"])
    note("P05 requests / max_insert", plan["requests_ratio"])
    note("P05 registers / max_insert", plan["registers_ratio"])
    with Server(FIGURES, "serve") as port:
        ours = figure(LIBMODBUS, "client", port, "1", SECONDS)
    with Server(*PYMODBUS, "serve") as port:
        python = figure(LIBMODBUS, "client", port, "1", SECONDS)
    note("P08 edge-agent requests/s", ours["requests_per_s"])
    note("P08 pymodbus requests/s", python["requests_per_s"])
    note("P08 simulator / pymodbus", python["p50_us"] / ours["p50_us"])

TARGETS = {
    "P01 client 1 / libmodbus": 0.5, "P02 client 1 / pymodbus": 2, "P03 per CPU-second / pymodbus": 4,
    "P04 line / pymodbus": 6, "P04 line / what it can carry": 0.9, "P08 simulator / pymodbus": 4,
}
MOST = {"P05 plan of 10,000 registers, ms": 5, "P05 requests / max_insert": 1}
print(f"{'':44}{'median':>12}{'least':>12}{'most':>12}   target")
for name, values in samples.items():
    target = ""
    if name in TARGETS:
        target = f">= {TARGETS[name]}"
    if name in MOST:
        target = f"<= {MOST[name]}"
    print(f"{name:44}{statistics.median(values):12.4g}{min(values):12.4g}{max(values):12.4g}   {target}")
with open(SAMPLES, "w") as file:
    json.dump(samples, file, indent=1)
