/// The operator's API over HTTP, below `/v1`. Nobody is let in without a token, and nothing is done
/// without a reason that is written down first. It decides nothing of its own about a migration:
/// what it does, `dev.tandem.operate` and the readers do.
@NullMarked
package dev.tandem.api;

import org.jspecify.annotations.NullMarked;
