"""A stand-in for a FINALES broker: FastAPI, SQLAlchemy and SQLite, with the calls that a delivery needs and comparable
work for each: the token is checked, the body validated by pydantic, the parameters against the capability's JSON
schema, the request looked up, and result, request status and both status logs are written in one transaction.

Needs fastapi, uvicorn, sqlalchemy, jsonschema, pyjwt, python-multipart. Arguments: database file, port.
"""

import datetime
import json
import sys
import uuid

import jsonschema
import jwt
import uvicorn
from fastapi import Depends, FastAPI, Form, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel
from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

SECRET = "a stand-in's secret of thirty-two bytes"
INPUT = {"type": "object", "properties": {"temperature": {"type": "number"}}, "required": ["temperature"]}
OUTPUT = {"type": "object", "properties": {"value": {"type": "number"}}, "required": ["value"]}


class Base(DeclarativeBase):
    pass


class RequestRow(Base):
    __tablename__ = "request"
    uuid: Mapped[str] = mapped_column(String, primary_key=True)
    body: Mapped[str]
    status: Mapped[str]
    ctime: Mapped[str]


class ResultRow(Base):
    __tablename__ = "result"
    uuid: Mapped[str] = mapped_column(String, primary_key=True)
    request_uuid: Mapped[str] = mapped_column(ForeignKey("request.uuid"), index=True)
    body: Mapped[str]
    status: Mapped[str]
    ctime: Mapped[str]


class StatusLogRow(Base):
    __tablename__ = "status_log"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    message: Mapped[str]
    ctime: Mapped[str]


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
engine = create_engine(f"sqlite:///{sys.argv[1]}", connect_args={"check_same_thread": False})
sessions = sessionmaker(engine)
token_of = OAuth2PasswordBearer(tokenUrl="user_management/authenticate")


def database():
    with sessions() as session:
        yield session


def user(token: str = Depends(token_of)):
    try:
        return jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
    except jwt.PyJWTError as error:
        raise HTTPException(401, "Not authenticated") from error


def now():
    return datetime.datetime.now().isoformat()


def log(session: Session, owner: str, status: str, message: str):
    session.add(StatusLogRow(owner=owner, status=status, message=message, ctime=now()))


def check(parameters):
    jsonschema.validate(parameters["two_electrode"], INPUT)


@app.post("/user_management/authenticate")
def authenticate(username: str = Form(), password: str = Form()):
    if password != username:
        raise HTTPException(401, "Incorrect username or password")
    return {"access_token": jwt.encode({"sub": username}, SECRET, algorithm="HS256"), "token_type": "bearer"}


@app.post("/requests/")
def post_request(request: Request, session: Session = Depends(database), _: str = Depends(user)) -> str:
    check(request.parameters)
    row = RequestRow(uuid=str(uuid.uuid4()), body=request.model_dump_json(), status="pending", ctime=now())
    session.add(row)
    log(session, row.uuid, "pending", "The requests was created in the server")
    session.commit()
    return row.uuid


@app.post("/results/")
def post_result(result: Result, session: Session = Depends(database), _: str = Depends(user)) -> str:
    check(result.parameters)
    request = session.get(RequestRow, str(uuid.UUID(result.request_uuid)))
    if request is None:
        raise HTTPException(400, f"Submitted result has no request: {result.request_uuid}")
    row = ResultRow(
        uuid=str(uuid.uuid4()), request_uuid=request.uuid, body=result.model_dump_json(), status="original", ctime=now())
    session.add(row)
    request.status = "resolved"
    log(session, request.uuid, "resolved", "Result posted for corresponding request")
    log(session, row.uuid, "original", "Result posted")
    session.commit()
    return row.uuid


@app.get("/results_requested/{request}")
def result_of(request: str, session: Session = Depends(database), _: str = Depends(user)):
    row = session.scalars(select(ResultRow).where(ResultRow.request_uuid == request)).first()
    return row and {"uuid": row.uuid, "ctime": row.ctime, "status": row.status, "result": json.loads(row.body)}


@app.get("/capabilities/")
def capabilities(_: str = Depends(user)):
    return [{
        "quantity": "conductivity", "method": "two_electrode", "json_schema_specifications": INPUT,
        "json_schema_result_output": OUTPUT,
    }]


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
