extension Journal {
    /// Ends a run that has calibrated something: the calibration, its raw files and the run's state in one transaction.
    ///
    /// - Parameter next: a run that is to follow, queued in the same transaction.
    /// - Throws: `illegalTransition` if the run is neither running nor finishing.
    @discardableResult
    public func finishRun(
        _ run: UUIDv7, with new: NewCalibration, rawFiles: [RawFile] = [], followedBy next: NewRun? = nil
    ) async throws(StoreError) -> Calibration {
        let moment = self.now()
        let calibration = Calibration(
            id: self.ids.make(), kind: new.kind, subject: new.subject, value: new.value, uncertainty: new.uncertainty,
            unit: new.unit, isPassed: new.isPassed, detail: new.detail, run: run, person: new.person,
            determined: moment)
        let following = next?.record(at: moment)
        try await self.commit("finish run \(run)") { database in
            guard let record = try RunTable.run(run, in: database) else {
                throw StoreError.missing("finish run \(run)")
            }
            if record.state != .finishing {
                try RunTable.setState(run, .finishing, reason: "", at: moment, in: database)
            }
            try RunTable.setState(run, .succeeded, reason: "", at: moment, in: database)
            try CalibrationTable.insert(calibration, in: database)
            for file in rawFiles { try RawFileTable.insert(file, run: run, result: nil, in: database) }
            if let following { try RunTable.insert(following, in: database) }
        }
        return calibration
    }

    public func calibration(_ id: UUIDv7) async throws(StoreError) -> Calibration? {
        try await self.read("read calibration \(id)") { try CalibrationTable.calibration(id, in: $0) }
    }

    /// All, newest first.
    ///
    /// - Parameter id: the last one of the page before, if any.
    public func calibrations(before id: UUIDv7? = nil, limit: Int = 100) async throws(StoreError) -> [Calibration] {
        try await self.read("list calibrations") { try CalibrationTable.page(before: id, limit: limit, in: $0) }
    }

    /// The newest of each kind and subject, and the newest that was not passed.
    public func currentCalibrations() async throws(StoreError) -> [Calibration] {
        try await self.read("list the calibrations that count") { try CalibrationTable.current(in: $0) }
    }
}
