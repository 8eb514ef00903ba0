package io.dinofs.integration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of ARCHITECTURE.md about who may know whom. */
@AnalyzeClasses(
    packages = "io.dinofs",
    importOptions = {ImportOption.DoNotIncludeTests.class, LayeringTest.DoNotIncludeTestJars.class})
final class LayeringTest {
  private static final String JAVA = "java..";
  private static final String LOGGING = "org.slf4j..";
  private static final String ANNOTATIONS = "com.google.errorprone.annotations..";
  private static final String MODEL = "io.dinofs.model..";
  private static final String CONTRACTS = "io.dinofs.store";

  @ArchTest
  static final ArchRule noPackagesDependOnEachOtherInACircle =
      slices().matching("io.dinofs.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theModelKnowsNothingElse =
      classes()
          .that()
          .resideInAPackage(MODEL)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(MODEL, JAVA, ANNOTATIONS);

  @ArchTest
  static final ArchRule theStoreContractsKnowOnlyTheModel =
      classes()
          .that()
          .resideInAPackage(CONTRACTS)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(CONTRACTS, MODEL, JAVA, ANNOTATIONS);

  @ArchTest
  static final ArchRule theFileSystemKnowsStoresButNoFuseNoNetworkAndNoCache =
      classes()
          .that()
          .resideInAPackage("io.dinofs.vfs..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.dinofs.vfs..", CONTRACTS, MODEL, JAVA, LOGGING, ANNOTATIONS)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule cachesKnowNeitherFileSystemNorNetwork =
      noClasses()
          .that()
          .resideInAPackage("io.dinofs.cache..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.dinofs.vfs..", "io.dinofs.fuse..", "io.dinofs.remote..", "io.netty..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule upkeepKnowsStoresButNeitherNetworkNorFileSystem =
      classes()
          .that()
          .resideInAPackage("io.dinofs.upkeep..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.dinofs.upkeep..", CONTRACTS, MODEL, JAVA, LOGGING, ANNOTATIONS);

  @ArchTest
  static final ArchRule remoteStoresKnowNeitherFileSystemNorCaches =
      noClasses()
          .that()
          .resideInAPackage("io.dinofs.remote..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.dinofs.vfs..", "io.dinofs.fuse..", "io.dinofs.cache..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule frontendsKnowNoStores =
      noClasses()
          .that()
          .resideInAPackage("io.dinofs.fuse..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.dinofs.cache..", "io.dinofs.remote..", "io.dinofs.store..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyFrontendsKnowJnr =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.dinofs.fuse..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr..", "ru.serce..");

  @ArchTest
  static final ArchRule onlyTheEngineKnowsLmdb =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.dinofs.metadataserver.lmdb..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.lmdbjava..");

  @ArchTest
  static final ArchRule onlyTheEngineKnowsTheAwsSdk =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.dinofs.store.s3..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon..");

  @ArchTest
  static final ArchRule onlyServersAndTheirClientsKnowNetty =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.dinofs.metadataserver..",
              "io.dinofs.blobserver..",
              "io.dinofs.remote..",
              "io.dinofs.wire..",
              "io.dinofs.tls..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule onlyTheConfigurationKnowsJackson =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.dinofs.config..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.fasterxml..");

  @ArchTest
  static final ArchRule nothingKnowsThePrograms =
      classes()
          .that()
          .resideInAnyPackage(
              "io.dinofs.client..", "io.dinofs.metadataserver", "io.dinofs.blobserver..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage(
              "io.dinofs.client..", "io.dinofs.metadataserver", "io.dinofs.blobserver..")
          .allowEmptyShould(true);

  /** The core's contract tests come in a jar, where ArchUnit does not know them for tests. */
  static final class DoNotIncludeTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar!");
    }
  }
}
