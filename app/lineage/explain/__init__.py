"""Why a pull or push did not deliver: cause, proof, remedy."""
