package io.berth.server.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.ArrayList;
import java.util.List;

/** Families of samples on their way to a scrape; every name gets the prefix {@code berth_}. For one thread. */
final class Families {
    private static final String PREFIX = "berth_";

    private final List<Family> all = new ArrayList<>();

    /** One family. */
    static final class Family {
        private final Collector.Type type;
        private final String help;
        private final String base;
        private final String name;
        private final List<String> labels;
        private final List<Sample> samples = new ArrayList<>();

        private Family(Collector.Type type, String help, String base, String suffix, List<String> labels) {
            this.type = type;
            this.help = help;
            this.base = base;
            this.name = base + suffix;
            this.labels = labels;
        }

        /** Adds a value with the values of the labels. */
        Family value(double value, String... labelValues) {
            samples.add(new Sample(name, labels, List.of(labelValues), value));
            return this;
        }

        /** As above, a whole number. */
        Family value(long value, String... labelValues) {
            return value((double) value, labelValues);
        }

        /** Adds a value of one of a histogram's series ("_bucket"), with one label more. */
        void series(String suffix, double value, List<String> moreLabels, List<String> labelValues) {
            List<String> names = new ArrayList<>(labels);
            names.addAll(moreLabels);
            samples.add(new Sample(name + suffix, names, labelValues, value));
        }
    }

    /** A number that only grows; its name ends in {@code _total} in the text. */
    Family counter(String name, String help, String... labels) {
        return family(Collector.Type.COUNTER, name, "_total", help, labels);
    }

    Family gauge(String name, String help, String... labels) {
        return family(Collector.Type.GAUGE, name, "", help, labels);
    }

    Family histogram(String name, String help, String... labels) {
        return family(Collector.Type.HISTOGRAM, name, "", help, labels);
    }

    private Family family(Collector.Type type, String name, String suffix, String help, String... labels) {
        Family family = new Family(type, help, PREFIX + name, suffix, List.of(labels));
        all.add(family);
        return family;
    }

    /** Everything that was added; a family without values is left out. */
    List<MetricFamilySamples> all() {
        return all.stream()
                .filter(family -> !family.samples.isEmpty())
                .map(family -> new MetricFamilySamples(family.base, family.type, family.help, family.samples))
                .toList();
    }
}
