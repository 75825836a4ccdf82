/// What is said about a migration, as JSON: one form for the command line and the operator's API.
@NullMarked
package dev.tandem.answer;

import org.jspecify.annotations.NullMarked;
