/// The tables of FINALES 2, and what ours adds.
enum RecordLayout {
    static let main = """
        CREATE TABLE IF NOT EXISTS quantity (
            uuid CHAR(32) NOT NULL PRIMARY KEY,
            quantity VARCHAR NOT NULL,
            method VARCHAR NOT NULL,
            specifications VARCHAR NOT NULL,
            result_output VARCHAR NOT NULL,
            is_active BOOLEAN,
            load_time TIMESTAMP DEFAULT (CURRENT_TIMESTAMP)
        );
        CREATE TABLE IF NOT EXISTS tenant (
            uuid CHAR(32) NOT NULL PRIMARY KEY,
            name VARCHAR NOT NULL,
            limitations VARCHAR NOT NULL,
            contact_person VARCHAR NOT NULL,
            is_active BOOLEAN,
            load_time TIMESTAMP DEFAULT (CURRENT_TIMESTAMP)
        );
        CREATE TABLE IF NOT EXISTS request (
            uuid CHAR(32) NOT NULL PRIMARY KEY,
            parameters VARCHAR NOT NULL,
            requesting_tenant_uuid CHAR(32) NOT NULL REFERENCES tenant (uuid),
            requesting_recieved_timestamp DATETIME NOT NULL,
            budget VARCHAR,
            status VARCHAR NOT NULL,
            load_time TIMESTAMP DEFAULT (CURRENT_TIMESTAMP)
        );
        CREATE TABLE IF NOT EXISTS link_quantity_request (
            link_uuid CHAR(32) NOT NULL PRIMARY KEY,
            method_uuid CHAR(32) NOT NULL REFERENCES quantity (uuid),
            request_uuid CHAR(32) NOT NULL REFERENCES request (uuid),
            load_time TIMESTAMP DEFAULT (CURRENT_TIMESTAMP)
        );
        CREATE TABLE IF NOT EXISTS result (
            uuid CHAR(32) NOT NULL PRIMARY KEY,
            request_uuid CHAR(32) NOT NULL REFERENCES request (uuid),
            parameters VARCHAR NOT NULL,
            data VARCHAR NOT NULL,
            posting_tenant_uuid CHAR(32) NOT NULL,
            cost VARCHAR,
            status VARCHAR NOT NULL,
            posting_recieved_timestamp DATETIME NOT NULL,
            load_time TIMESTAMP DEFAULT (CURRENT_TIMESTAMP)
        );
        CREATE TABLE IF NOT EXISTS link_quantity_result (
            link_uuid CHAR(32) NOT NULL PRIMARY KEY,
            method_uuid CHAR(32) NOT NULL REFERENCES quantity (uuid),
            result_uuid CHAR(32) NOT NULL REFERENCES result (uuid),
            load_time TIMESTAMP DEFAULT (CURRENT_TIMESTAMP)
        );
        CREATE TABLE IF NOT EXISTS status_log_request (
            uuid CHAR(32) NOT NULL PRIMARY KEY,
            request_uuid CHAR(32) NOT NULL REFERENCES request (uuid),
            status VARCHAR NOT NULL,
            status_change_message VARCHAR,
            load_time TIMESTAMP DEFAULT (CURRENT_TIMESTAMP)
        );
        CREATE TABLE IF NOT EXISTS status_log_result (
            uuid CHAR(32) NOT NULL PRIMARY KEY,
            result_uuid CHAR(32) NOT NULL REFERENCES result (uuid),
            status VARCHAR NOT NULL,
            status_change_message VARCHAR,
            load_time TIMESTAMP DEFAULT (CURRENT_TIMESTAMP)
        );

        CREATE TABLE IF NOT EXISTS edge_idempotency_key (
            key TEXT NOT NULL PRIMARY KEY,
            body_sha256 BLOB NOT NULL,
            result_uuid TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS edge_request_status ON request (status);
        CREATE INDEX IF NOT EXISTS edge_link_request ON link_quantity_request (request_uuid);
        CREATE INDEX IF NOT EXISTS edge_link_result ON link_quantity_result (result_uuid);
        CREATE INDEX IF NOT EXISTS edge_result_request ON result (request_uuid);
        """

    static let users = """
        CREATE TABLE IF NOT EXISTS users (
            username, uuid, password, usergroups, timestamp_added, timestamp_lastEdited
        );
        """
}
