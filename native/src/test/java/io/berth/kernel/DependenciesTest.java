package io.berth.kernel;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.berth.kernel", importOptions = ImportOption.DoNotIncludeTests.class)
class DependenciesTest {
    @ArchTest
    static final ArchRule THIS_ROOM_STANDS_ON_PROTO_ONLY = classes()
            .that(resideInAPackage("io.berth.kernel.."))
            .should()
            .onlyDependOnClassesThat(resideOutsideOfPackages("io.berth..")
                    .or(resideInAPackage("io.berth.kernel.."))
                    .or(resideInAPackage("io.berth.proto.shim..")));

    @ArchTest
    static final ArchRule CALLS_KNOW_NOTHING_OF_THE_SHIM = noClasses()
            .that(resideInAPackage("io.berth.kernel"))
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "io.berth.kernel.shim..", "io.berth.kernel.seccomp..", "io.berth.kernel.recording.."));

    @ArchTest
    static final ArchRule JNR_IS_TOUCHED_AT_ONE_PLACE = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.berth.kernel.Posix")
            .and()
            .doNotHaveFullyQualifiedName("io.berth.kernel.LinuxProcessCalls")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jnr..");
}
