package io.berth.server.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What holds for the packages of the daemon, in all rooms. (The arrows between the rooms are test-e2e's to check.) */
@AnalyzeClasses(
        packages = {"io.berth.server", "io.berth.core", "io.berth.imagefs", "io.berth.network", "io.berth.kernel"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    private static final List<String> ROOMS =
            List.of("io.berth.server", "io.berth.core", "io.berth.imagefs", "io.berth.network", "io.berth.kernel");

    @ArchTest
    static final ArchRule GRPC_STAYS_IN_THE_SERVER = noClasses()
            .that(resideInAnyPackage(
                    "io.berth.core..", "io.berth.imagefs..", "io.berth.network..", "io.berth.kernel.."))
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.grpc..", "io.berth.proto.cri.."));

    @ArchTest
    static final ArchRule NETTY_STAYS_WITH_SERVER_AND_REGISTRIES = noClasses()
            .that(resideInAnyPackage(
                    "io.berth.core..", "io.berth.imagefs..", "io.berth.network..", "io.berth.kernel.."))
            .and()
            .resideOutsideOfPackages("io.berth.imagefs.http..", "io.berth.imagefs.registry..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.netty.."));

    @ArchTest
    static final ArchRule THE_SERVERS_PACKAGES_MAKE_NO_CIRCLE =
            slices().matching("io.berth.(server.*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule CRI_MESSAGES_STAY_BEHIND_THE_MAPPINGS = noClasses()
            .that(resideInAnyPackage(
                    "io.berth.server.config..",
                    "io.berth.server.command..",
                    "io.berth.server.error..",
                    "io.berth.server.logging.."))
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.berth.proto.."));

    @Test
    void everyPackageIsNullMarked() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOMS);
        List<String> unmarked = ROOMS.stream()
                .map(classes::getPackage)
                .flatMap(room -> room.getSubpackagesInTree().stream())
                .filter(its -> !its.getClasses().isEmpty())
                .filter(its -> its.tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith(NullMarked.class))
                        .isEmpty())
                .map(JavaPackage::getName)
                .toList();
        assertThat(unmarked).isEmpty();
    }
}
