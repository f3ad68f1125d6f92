/// The steps of the journal's schema. A released step is never edited: what changes is a further step.
enum JournalSchema {
    static let migrations = [
        SQLiteFile.Migration(statements: [
            MetaTable.create, RunTable.create, StepTable.create, ResultTable.create, OutboxTable.create,
            RawFileTable.create, PromptTable.create, AuditTable.create, LeaseTable.create, StockTable.create,
            RefusedRequestTable.create, CapabilityTable.create,
        ]),
        SQLiteFile.Migration(statements: [PromptTable.indexByRun]),
        SQLiteFile.Migration(statements: [IncidentTable.create]),
        SQLiteFile.Migration(statements: [UserTable.create, PassTable.create]),
        SQLiteFile.Migration(statements: PromptTable.subjects),
        SQLiteFile.Migration(statements: [CalibrationTable.create]),
        SQLiteFile.Migration(statements: CalibrationTable.allowNoValue),
    ]
}
