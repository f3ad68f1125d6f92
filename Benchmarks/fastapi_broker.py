"""A stand-in for a FINALES broker: FastAPI on SQLite, with the calls that a delivery needs and what each has to do: the
token is checked, the body validated by pydantic, the parameters against the capability's JSON schema, the request
looked up, and result, request status and both status logs are written in one transaction.

It is as quick as such a broker gets, with handlers on the event loop and no object mapper in between, so that it is
the clients that are compared.

Needs fastapi, uvicorn, jsonschema, pyjwt, python-multipart. Arguments: database file, port.
"""

import datetime
import json
import sqlite3
import sys
import uuid

import jsonschema
import jwt
import uvicorn
from fastapi import Depends, FastAPI, Form, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel

SECRET = "a stand-in's secret of thirty-two bytes"
INPUT = {"type": "object", "properties": {"temperature": {"type": "number"}}, "required": ["temperature"]}
OUTPUT = {"type": "object", "properties": {"value": {"type": "number"}}, "required": ["value"]}
INPUT_VALIDATOR = jsonschema.Draft202012Validator(INPUT)
TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE request (uuid TEXT PRIMARY KEY, body TEXT, status TEXT, ctime TEXT);
CREATE TABLE result (uuid TEXT PRIMARY KEY, request TEXT REFERENCES request, body TEXT, status TEXT, ctime TEXT);
CREATE INDEX result_of_request ON result (request);
CREATE TABLE status_log (id INTEGER PRIMARY KEY, owner TEXT, status TEXT, message TEXT, ctime TEXT);
"""


class Request(BaseModel):
    quantity: str
    methods: list[str]
    parameters: dict
    tenant_uuid: str


class Result(BaseModel):
    data: dict
    quantity: str
    method: list[str]
    parameters: dict
    tenant_uuid: str
    request_uuid: str


app = FastAPI()
database = sqlite3.connect(sys.argv[1], check_same_thread=False)
token_of = OAuth2PasswordBearer(tokenUrl="user_management/authenticate")


async def user(token: str = Depends(token_of)):
    try:
        return jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
    except jwt.PyJWTError as error:
        raise HTTPException(401, "Not authenticated") from error


def now():
    return datetime.datetime.now().isoformat()


def log(owner: str, status: str, message: str):
    database.execute(
        "INSERT INTO status_log (owner, status, message, ctime) VALUES (?, ?, ?, ?)", (owner, status, message, now()))


def check(parameters):
    error = next(INPUT_VALIDATOR.iter_errors(parameters["two_electrode"]), None)
    if error is not None:
        raise HTTPException(400, error.message)


@app.post("/user_management/authenticate")
async def authenticate(username: str = Form(), password: str = Form()):
    if password != username:
        raise HTTPException(401, "Incorrect username or password")
    return {"access_token": jwt.encode({"sub": username}, SECRET, algorithm="HS256"), "token_type": "bearer"}


@app.post("/requests/")
async def post_request(request: Request, _: str = Depends(user)) -> str:
    check(request.parameters)
    id = str(uuid.uuid4())
    with database:
        database.execute("INSERT INTO request VALUES (?, ?, 'pending', ?)", (id, request.model_dump_json(), now()))
        log(id, "pending", "The requests was created in the server")
    return id


@app.post("/results/")
async def post_result(result: Result, _: str = Depends(user)) -> str:
    check(result.parameters)
    request = str(uuid.UUID(result.request_uuid))
    if database.execute("SELECT 1 FROM request WHERE uuid = ?", (request,)).fetchone() is None:
        raise HTTPException(400, f"Submitted result has no request: {request}")
    id = str(uuid.uuid4())
    with database:
        database.execute(
            "INSERT INTO result VALUES (?, ?, ?, 'original', ?)", (id, request, result.model_dump_json(), now()))
        database.execute("UPDATE request SET status = 'resolved' WHERE uuid = ?", (request,))
        log(request, "resolved", "Result posted for corresponding request")
        log(id, "original", "Result posted")
    return id


@app.get("/results_requested/{request}")
async def result_of(request: str, _: str = Depends(user)):
    row = database.execute("SELECT uuid, ctime, status, body FROM result WHERE request = ?", (request,)).fetchone()
    return row and {"uuid": row[0], "ctime": row[1], "status": row[2], "result": json.loads(row[3])}


@app.get("/capabilities/")
async def capabilities(_: str = Depends(user)):
    return [{
        "quantity": "conductivity", "method": "two_electrode", "json_schema_specifications": INPUT,
        "json_schema_result_output": OUTPUT,
    }]


if __name__ == "__main__":
    database.executescript(TABLES)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", access_log=False)
