package io.berth.e2e.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.e2e.bench.Measurement;
import java.io.StringReader;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportTest {
    private static final Figure UP = Figure.more("pods up", "1/s");
    private static final Figure MEMORY = Figure.less("memory", "MB");

    private final Report report = report();

    @Test
    void theTableSaysHowManyTimesAsGoodTheFirstContenderIs() {
        assertThat(Table.of(report).lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("RunPodSandbox ")
                        .contains("2.00   4.00   4.00")
                        .contains("100    200    200")
                        .endsWith("50.0x"))
                .anySatisfy(line -> assertThat(line).startsWith("pods up, 1/s ").endsWith("10.0x"))
                .anySatisfy(line -> assertThat(line).startsWith("memory, MB ").endsWith("4.00x"));
    }

    @Test
    void whatWasNotMeasuredIsADashAndNoZero() {
        assertThat(Table.of(report).lines())
                .filteredOn(line -> line.startsWith("ExecSync"))
                .singleElement()
                .satisfies(line -> assertThat(line).matches("ExecSync /bin/true +\\|( +- +\\|| +1.00.*\\|)+.* -"));
    }

    @Test
    void theFileHasEveryNumber() throws Exception {
        JsonNode document = new ObjectMapper().readTree(JsonReport.of(report));
        assertThat(document.at("/machine/cores").asInt()).isEqualTo(2);
        assertThat(document.at("/operations/0/containerd+runc/p50_ms").asDouble())
                .isEqualTo(100);
        assertThat(document.at("/operations/0/berth/cpu_ms").asDouble()).isEqualTo(5);
        assertThat(document.at("/operations/1/berth").has("cpu_ms")).isFalse();
        assertThat(document.at("/figures/0/berth").asDouble()).isEqualTo(100);
    }

    @Test
    void theLongestBarOfAGroupHasTheWholeWidthAndTheOthersTheirShare() throws Exception {
        Document chart = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(Chart.of(report))));
        var bars = chart.getElementsByTagName("rect");
        double[] widths = new double[bars.getLength()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Double.parseDouble(
                    bars.item(i).getAttributes().getNamedItem("width").getNodeValue());
        }
        // Two of the legend, two of RunPodSandbox, one of ExecSync.
        assertThat(widths).hasSize(5);
        assertThat(widths[3] / widths[2]).isCloseTo(50, offset(0.5));
        assertThat(chart.getDocumentElement().getTextContent()).contains("<host>");
    }

    private static Report report() {
        Map<String, String> contenders = new LinkedHashMap<>();
        contenders.put("berth", "berthd <host>");
        contenders.put("containerd+runc", "containerd 1, runc 1");
        Map<String, Map<String, Measurement>> measurements = new LinkedHashMap<>();
        measurements.put(
                CallPart.RUN,
                Map.of(
                        "berth",
                        new Measurement(CallPart.RUN, List.of(1.0, 2.0, 4.0), 5, 4, 3),
                        "containerd+runc",
                        new Measurement(CallPart.RUN, List.of(50.0, 100.0, 200.0), 100, 90, 30)));
        measurements.put(
                CallPart.EXEC,
                Map.of("berth", new Measurement(CallPart.EXEC, List.of(1.0), Double.NaN, Double.NaN, Double.NaN)));
        Map<Figure, Map<String, Double>> figures = new LinkedHashMap<>();
        figures.put(UP, Map.of("berth", 100.0, "containerd+runc", 10.0));
        figures.put(MEMORY, Map.of("berth", 0.25, "containerd+runc", 1.0));
        return new Report(
                new Machine(LocalDate.of(2026, 1, 2), 2, "Some & Processor", 1000, "6.1.0", ""),
                contenders,
                measurements,
                figures);
    }
}
