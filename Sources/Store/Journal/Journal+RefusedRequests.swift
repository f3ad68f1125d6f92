extension Journal {
    /// Notes why a request is left alone; the time of the first refusal stays.
    public func refuse(
        requestID: String, quantity: String, method: String, reason: String
    ) async throws(StoreError) {
        let request = RefusedRequest(
            requestID: requestID, quantity: quantity, method: method, reason: reason, since: self.now().utc)
        try await self.commit("note that request \(requestID) is left alone") {
            try RefusedRequestTable.upsert(request, in: $0)
        }
    }

    /// The request is served now, or gone.
    public func forgetRefusal(of requestID: String) async throws(StoreError) {
        try await self.commit("forget the refusal of request \(requestID)") {
            try RefusedRequestTable.delete(requestID, in: $0)
        }
    }

    /// Requests that are left alone, longest first.
    public func refusedRequests() async throws(StoreError) -> [RefusedRequest] {
        try await self.read("list refused requests") { try RefusedRequestTable.all(in: $0) }
    }
}
