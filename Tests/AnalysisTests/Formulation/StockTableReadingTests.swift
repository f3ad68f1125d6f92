import Analysis
import DeviceKit
import Testing

/// Wrong files, each with exactly the lines that are printed.
@Suite struct StockTableReadingTests {
    private static let chemicals = """
        InChIKey;name;SMILES;molar_mass;molar_mass_uncertainty;density;density_uncertainty;density_temperature;\
        batch;manufacturer;manufacturing_date;references
        KMTRUDSVKNLOMY-UHFFFAOYSA-N;EC;C1COC(=O)O1;88.06;0.0;1.32;0.0;298.15;b;m;d;r
        JBTWLSYIZRCDFO-UHFFFAOYSA-N;EMC;CCOC(=O)OC;104.1;0.0;;;298.15;b;m;d;r
        """
    private static let header =
        "ID;name;reservoir;pump;mass_total;mass_total_uncertainty;density;density_uncertainty;density_temperature;"
        + "KMTRUDSVKNLOMY-UHFFFAOYSA-N;KMTRUDSVKNLOMY-UHFFFAOYSA-N_uncertainty;"
        + "JBTWLSYIZRCDFO-UHFFFAOYSA-N;JBTWLSYIZRCDFO-UHFFFAOYSA-N_uncertainty;"
        + "batch;manufacturer;manufacturing_date;references\n"
    private static let good = "1;mix;R1;P1;50;0.001;1.1;0.001;299;20;0.001;30;0.001;b;m;d;"

    private func lines(chemicals: String = Self.chemicals, stocks: String) -> [String] {
        do throws(SourceDiagnostics) {
            let table = try StockTable(
                chemicals: chemicals,
                chemicalsFile: "chemicals.csv",
                stocks: stocks,
                stocksFile: "stocks.csv"
            )
            return table.warnings.map { "warning: \($0)" }
        } catch {
            #expect(error.description == error.all.map(\.description).joined(separator: "\n"))
            return error.all.map { $0.severity == .error ? $0.description : "warning: \($0)" }
        }
    }

    @Test func `a right file gives no line`() {
        #expect(self.lines(stocks: Self.header + Self.good) == [])
        #expect(self.lines(stocks: "\u{FEFF}" + Self.header + Self.good + "\r\n") == [])
    }

    @Test(arguments: [
        // Only one of density and its uncertainty: never the density of another row.
        (
            "1;mix;R1;P1;50;0.001;1.1;;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:26: density_uncertainty is blank; give all of density, density_uncertainty or none"
        ),
        (
            "1;mix;R1;P1;50;0.001;;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:22: density is blank; give all of density, density_uncertainty or none"
        ),
        (
            "1;mix;R1;P1;50;0.001;1.1;0.001;;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:32: density_temperature is blank"
        ),
        (
            "1;mix;R1;P1;50;0.001;;;299;20;0.001;30;0.001;b;m;d;",
            "warning: stocks.csv:2:22: mix cannot be dosed until its density has been measured"
        ),
        // Numbers.
        (
            "1;mix;R1;P1;50;0.001;1,1;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:22: density \"1,1\" is not a number; write a decimal point"
        ),
        (
            "1;mix;R1;P1;50;0.001;N/A;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:22: density \"N/A\" is not a number"
        ),
        (
            "1;mix;R1;P1;nan;0.001;1.1;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:13: mass_total \"nan\" is not a finite number"
        ),
        (
            "1;mix;R1;P1;50;0.001;0;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:22: density is 0; it must be above zero"
        ),
        (
            "1;mix;R1;P1;50;-0.001;1.1;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:16: mass_total_uncertainty is -0.001; it must not be negative"
        ),
        (
            "1;mix;R1;P1;50;0.001;1.1;0.001;299;-20;0.001;70;0.001;b;m;d;",
            "stocks.csv:2:36: KMTRUDSVKNLOMY-UHFFFAOYSA-N is -20; it must not be negative"
        ),
        // Blank cells.
        (
            "1;mix;R1;P1;50;0.001;1.1;0.001;299;;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:36: mass of EC is blank; write 0 when there is none"
        ),
        (
            "1;mix;R1;P1;50;0.001;1.1;0.001;299;20;;30;0.001;b;m;d;",
            "stocks.csv:2:39: KMTRUDSVKNLOMY-UHFFFAOYSA-N_uncertainty is blank"
        ),
        ("1;;R1;P1;50;0.001;1.1;0.001;299;20;0.001;30;0.001;b;m;d;", "stocks.csv:2:3: name is blank"),
        ("1;mix;R1;P1;50;0.001;1.1;0.001;299;20;0.001;30;0.001;;m;d;", "stocks.csv:2:54: batch is blank"),
        // Sum of masses; 2 · √3 mg are allowed.
        (
            "1;mix;R1;P1;50.004;0.001;1.1;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:2:13: the masses of the chemicals add up to 50 g, not to the total of 50.004 g; "
                + "they may differ by 3.4641 mg"
        ),
        // Duplicates and shape.
        (
            Self.good + "\n1;two;R2;P2;50;0.001;1.1;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:3:1: ID 1 is already used in line 2"
        ),
        (
            Self.good + "\n2;two;R1;P2;50;0.001;1.1;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:3:7: reservoir R1 is already used in line 2"
        ),
        (
            Self.good + "\n2;two;R2;P1;50;0.001;1.1;0.001;299;20;0.001;30;0.001;b;m;d;",
            "stocks.csv:3:10: pump P1 is already used in line 2"
        ),
        (Self.good + "\n2;two;R2", "stocks.csv:3:1: the row has 3 cells, the header has 17"),
    ])
    func `a wrong row is told in exactly one line`(row: String, expected: String) {
        #expect(self.lines(stocks: Self.header + row) == [expected])
    }

    @Test func `differences within the uncertainty of weighing are accepted`() {
        #expect(
            self.lines(stocks: Self.header + Self.good.split(separator: ";50;").joined(separator: ";50.003;")) == []
        )
    }

    @Test func `columns that are missing, unknown, doubled or of unknown chemicals are told in the header`() {
        let stocks =
            "id;name;reservoir;pump;mass_total_g;mass_total_u_g;density_g_per_mL;densty_u;density_temperature_K;"
            + "mass_g:KMTRUDSVKNLOMY-UHFFFAOYSA-N;mass_g:water;mass_u_g:water;"
            + "XLYOFNOQVPJJNP-UHFFFAOYSA-N;XLYOFNOQVPJJNP-UHFFFAOYSA-N_uncertainty;"
            + "batch;manufacturer;manufacturing_date;ID\n"
        #expect(
            self.lines(stocks: stocks) == [
                "stocks.csv:1:1: column density_u_g_per_mL or density_uncertainty is missing",
                "stocks.csv:1:69: column densty_u is not known",
                "stocks.csv:1:100: column mass_u_g:KMTRUDSVKNLOMY-UHFFFAOYSA-N with the uncertainties is missing",
                "stocks.csv:1:135: water is not an InChIKey",
                "stocks.csv:1:163: chemical XLYOFNOQVPJJNP-UHFFFAOYSA-N is not in chemicals.csv",
                "stocks.csv:1:269: columns id and ID mean the same; keep one",
            ]
        )
        #expect(
            self.lines(stocks: "").contains("stocks.csv:1:1: the file is empty; a header row is expected")
        )
    }

    @Test func `errors of both files come in one pass`() {
        let chemicals = """
            InChIKey;name;SMILES;molar_mass;molar_mass_uncertainty;density;density_uncertainty;density_temperature;\
            batch;manufacturer;manufacturing_date;references
            KMTRUDSVKNLOMY-UHFFFAOYSA-N;EC;;0;0.0;1.32;;298.15;b;m;d;r
            jbtw;EC;C;104.1;;;;298.15;b;m;;r
            KMTRUDSVKNLOMY-UHFFFAOYSA-N;X;C;1;0;;;;b;m;d;r
            """
        let found = self.lines(chemicals: chemicals, stocks: Self.header + Self.good)
        #expect(
            found == [
                "chemicals.csv:2:32: SMILES is blank",
                "chemicals.csv:2:33: molar_mass is 0; it must be above zero",
                "chemicals.csv:2:44: density_uncertainty is blank; give all of density, density_uncertainty or none",
                "chemicals.csv:3:1: jbtw is not an InChIKey such as AXPLOJNSKRXQPA-UHFFFAOYSA-N",
                "chemicals.csv:3:6: name EC is already used in line 2",
                "chemicals.csv:3:17: molar_mass_uncertainty is blank",
                "chemicals.csv:3:31: manufacturing_date is blank",
                "chemicals.csv:4:1: InChIKey KMTRUDSVKNLOMY-UHFFFAOYSA-N is already used in line 2",
                "stocks.csv:1:174: chemical JBTWLSYIZRCDFO-UHFFFAOYSA-N is not in chemicals.csv",
            ]
        )
    }
}
