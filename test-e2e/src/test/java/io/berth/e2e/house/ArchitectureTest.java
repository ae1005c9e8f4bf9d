package io.berth.e2e.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

/** The arrows between the rooms, as {@code docs/design.md} draws them. */
@AnalyzeClasses(
        packages = {
            "io.berth.e2e",
            "io.berth.server",
            "io.berth.core",
            "io.berth.imagefs",
            "io.berth.network",
            "io.berth.kernel"
        },
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule ROOMS_DEPEND_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("test-e2e")
            .definedBy("io.berth.e2e..")
            .layer("cri-server")
            .definedBy("io.berth.server..")
            .layer("runtime-core")
            .definedBy("io.berth.core..")
            .layer("imagefs")
            .definedBy("io.berth.imagefs..")
            .layer("netns-cni")
            .definedBy("io.berth.network..")
            .layer("native")
            .definedBy("io.berth.kernel..")
            .whereLayer("test-e2e")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("cri-server")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("runtime-core")
            .mayOnlyBeAccessedByLayers("cri-server")
            .whereLayer("imagefs")
            .mayOnlyBeAccessedByLayers("runtime-core", "cri-server")
            .whereLayer("netns-cni")
            .mayOnlyBeAccessedByLayers("runtime-core", "cri-server")
            // The tests' own disks and mounts are made by system calls too.
            .whereLayer("native")
            .mayOnlyBeAccessedByLayers("imagefs", "netns-cni", "runtime-core", "cri-server", "test-e2e");

    @ArchTest
    static final ArchRule GRPC_STAYS_IN_THE_SERVER = noClasses()
            .that(resideInAnyPackage(
                    "io.berth.core..", "io.berth.imagefs..", "io.berth.network..", "io.berth.kernel.."))
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.grpc..", "io.berth.proto.cri.."));

    @ArchTest
    static final ArchRule THE_SHIMS_MESSAGES_STAY_BELOW_THE_SERVER = noClasses()
            .that(resideInAnyPackage("io.berth.server..", "io.berth.imagefs..", "io.berth.network.."))
            .should()
            .dependOnClassesThat(resideInAPackage("io.berth.proto.shim.."));

    @ArchTest
    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED = classes()
            .that()
            .haveSimpleName("package-info")
            .and(resideInAnyPackage(
                    "io.berth.server..",
                    "io.berth.core..",
                    "io.berth.imagefs..",
                    "io.berth.network..",
                    "io.berth.kernel..",
                    "io.berth.e2e.."))
            .should()
            .beAnnotatedWith(NullMarked.class);
}
