/**
 * What the API server checks of our own kinds, as records of which {@code deploy/crds} is
 * generated. They are here, beside the tests, as nothing reads them while Fairlead runs: documents
 * are read by {@code discovery}, with which {@code SchemaAgreementTest} compares them.
 */
package dev.fairlead.kubernetes.schema;
