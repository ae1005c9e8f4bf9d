package io.berth.core.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.core.Immutable;
import io.berth.core.cgroup.LinuxResources;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits (config-linux.md, "resources"), with the fields that the CRI can ask for; null is not said. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record OciResources(
        @Nullable Memory memory, @Nullable Cpu cpu, List<HugepageLimit> hugepageLimits, Map<String, String> unified) {
    public OciResources {
        hugepageLimits = Immutable.list(hugepageLimits);
        unified = Immutable.map(unified);
    }

    /** Bytes; swap counts memory and swap together. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Memory(@Nullable Long limit, @Nullable Long swap) {}

    /** Shares on the scale of cgroup v1, quota and period in microseconds. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Cpu(
            @Nullable Long shares,
            @Nullable Long quota,
            @Nullable Long period,
            String cpus,
            String mems) {
        public Cpu {
            cpus = Immutable.text(cpus);
            mems = Immutable.text(mems);
        }
    }

    /** A limit of one page size. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record HugepageLimit(String pageSize, long limit) {}

    /** The same limits in the specification's words. */
    public static OciResources of(LinuxResources resources) {
        return new OciResources(
                new Memory(said(resources.memoryLimitBytes()), said(resources.memorySwapLimitBytes())),
                new Cpu(
                        said(resources.cpuShares()),
                        said(resources.cpuQuota()),
                        said(resources.cpuPeriod()),
                        resources.cpusetCpus(),
                        resources.cpusetMems()),
                resources.hugepageLimits().stream()
                        .map(limit -> new HugepageLimit(limit.pageSize(), limit.limitBytes()))
                        .toList(),
                resources.unified());
    }

    private static @Nullable Long said(long value) {
        return value == 0 ? null : value;
    }
}
