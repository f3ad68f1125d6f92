import DeviceKit
import Methods
import Protocols
import Store

/// What will run short of all that waits, before the request that it is short for is begun.
extension Intake {
    /// As many requests are looked at; those behind them wait longer than anybody needs to refill a bottle.
    private static let limit = 32

    /// Looks ahead where requests, liquids or lots are others than the last time.
    func foresee(_ pending: [Candidate]) async {
        let requests = pending.prefix(Self.limit).map(\.request.uuid)
        guard let (lab, fluid) = await self.engine.toForesee(requests) else { return }
        var waiting: [StockForecast.Waiting] = []
        for (request, method) in pending.prefix(Self.limit) {
            guard let parameters = try? await self.parameters(of: request, method),
                let temperature = try? await self.cellTemperature(for: method)
            else { continue }
            waiting.append(
                .init(
                    request: request.uuid, method: method, parameters: parameters, temperature: temperature,
                    temperatureAge: self.cell.temperature.age(
                        atSecondsSince1970: Moment.now().utc / 1_000_000)))
        }
        let day = String(Moment.now().text.prefix(10))
        await self.engine.foresee(StockForecast(of: waiting, in: lab, holding: fluid, on: day).shortages)
    }
}
