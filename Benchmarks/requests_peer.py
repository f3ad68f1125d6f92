"""Posts results to a broker as a careful Python tenant does: one requests.Session, one token, one after the other.

Needs requests. Arguments: broker's address, file with one request id a line; `--ask N` instead posts N requests and
writes their ids to that file.
"""

import json
import sys
import time

import requests

TENANT = "11111111-2222-4333-8444-555555555555"
PARAMETERS = {"two_electrode": {"temperature": 298.15}}


def session_for(address):
    session = requests.Session()
    answer = session.post(f"{address}/user_management/authenticate", data={
        "grant_type": "password", "username": "lab", "password": "lab"})
    answer.raise_for_status()
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


def ask(address, path, count):
    session = session_for(address)
    with open(path, "w") as file:
        for _ in range(count):
            answer = session.post(f"{address}/requests/", json={
                "quantity": "conductivity", "methods": ["two_electrode"], "parameters": PARAMETERS,
                "tenant_uuid": TENANT})
            answer.raise_for_status()
            print(answer.json(), file=file)


def deliver(address, path):
    with open(path) as file:
        ids = file.read().split()
    data = {"value": 1.25, "spectrum": [index * 0.73 for index in range(32)]}
    session = session_for(address)
    start = time.perf_counter()
    for id in ids:
        answer = session.post(f"{address}/results/", json={
            "data": data, "quantity": "conductivity", "method": ["two_electrode"], "parameters": PARAMETERS,
            "tenant_uuid": TENANT, "request_uuid": id})
        answer.raise_for_status()
    seconds = time.perf_counter() - start
    print(json.dumps({"delivered": len(ids), "seconds": seconds, "per_second": len(ids) / seconds}))


if __name__ == "__main__":
    if len(sys.argv) == 5:
        ask(sys.argv[1], sys.argv[2], int(sys.argv[4]))
    else:
        deliver(*sys.argv[1:])
