package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/getsops/sops/v3"
	"github.com/getsops/sops/v3/aes"
	"github.com/getsops/sops/v3/age"
	"github.com/getsops/sops/v3/cmd/sops/common"
	"github.com/getsops/sops/v3/cmd/sops/formats"
	"github.com/getsops/sops/v3/config"
	"github.com/getsops/sops/v3/keyservice"

	"windlass.dev/toolbox/internal/serve"
)

type sopsParams struct {
	Text string `json:"text"`
	// Format is yaml, json, dotenv, ini or binary.
	Format string `json:"format"`
	// AgeIdentities are secret keys, one or more lines each, PGPKeys armoured private keys without a passphrase.
	AgeIdentities []string `json:"ageIdentities"`
	PGPKeys       []string `json:"pgpKeys"`
}

type sopsResult struct {
	Text []byte `json:"text"` // base64: the clear text of a binary file need not be text
}

// decryptSops is `sops decrypt`: the keys come with the request, and the MAC over the whole file is always checked.
// Source: https://github.com/getsops/sops/blob/v3.13.3/decrypt/decrypt.go
func decryptSops(ctx context.Context, p sopsParams) (*sopsResult, error) {
	store := common.StoreForFormat(formats.FormatFromString(p.Format), config.NewStoresConfig())
	tree, err := store.LoadEncryptedFile([]byte(p.Text))
	if err != nil {
		return nil, serve.Invalid("encrypt the file with sops, or name its format", "this is no encrypted %s file: %v", p.Format, err)
	}
	keys, err := newKeyring(p)
	if err != nil {
		return nil, err
	}
	dataKey, err := tree.Metadata.GetDataKeyWithKeyServices([]keyservice.KeyServiceClient{keyservice.NewCustomLocalClient(keys)}, nil)
	if err != nil {
		return nil, serve.Fail("forbidden", "none of the keys at hand opens the file: "+explain(err),
			"encrypt it for this cluster's key too (sops updatekeys), or give the cluster a key that the file names")
	}
	if err := decryptTree(&tree, dataKey); err != nil {
		return nil, err
	}
	text, err := store.EmitPlainFile(tree.Branches)
	if err != nil {
		return nil, serve.Invalid("encrypt the file again", "cannot write the decrypted file: %v", err)
	}
	return &sopsResult{text}, nil
}

func decryptTree(tree *sops.Tree, dataKey []byte) error {
	const remedy = "somebody changed the file without sops; restore it or encrypt it again"
	cipher := aes.NewCipher()
	computed, err := tree.Decrypt(dataKey, cipher)
	if err != nil {
		return serve.Invalid(remedy, "a value cannot be decrypted: %v", err)
	}
	stored, err := cipher.Decrypt(tree.Metadata.MessageAuthenticationCode, dataKey, tree.Metadata.LastModified.Format(time.RFC3339))
	if err != nil {
		return serve.Invalid(remedy, "the file's MAC cannot be decrypted: %v", err)
	}
	if stored != computed {
		return serve.Invalid(remedy, "the file's MAC does not match its content")
	}
	return nil
}

// explain gives the reasons that sops keeps for its users, on one line.
func explain(err error) string {
	var detailed sops.UserError
	if errors.As(err, &detailed) {
		return strings.Join(strings.Fields(detailed.UserError()), " ")
	}
	return err.Error()
}

// keyring opens data keys with the keys of one request, and leaves keys of cloud services to the library.
type keyring struct {
	keyservice.Server
	age age.ParsedIdentities
	pgp openpgp.EntityList
}

func newKeyring(p sopsParams) (*keyring, error) {
	ring := &keyring{}
	if err := ring.age.Import(p.AgeIdentities...); len(p.AgeIdentities) > 0 && err != nil {
		return nil, serve.Fail("invalid", "an age identity cannot be read", "give the secret key as age-keygen writes it")
	}
	for _, armored := range p.PGPKeys {
		entities, err := openpgp.ReadArmoredKeyRing(strings.NewReader(armored))
		if err != nil {
			return nil, serve.Fail("invalid", "a PGP key cannot be read", "give the private key as gpg --export-secret-keys --armor writes it")
		}
		ring.pgp = append(ring.pgp, entities...)
	}
	return ring, nil
}

func (k *keyring) Decrypt(ctx context.Context, request *keyservice.DecryptRequest) (*keyservice.DecryptResponse, error) {
	switch key := request.Key.KeyType.(type) {
	case *keyservice.Key_AgeKey:
		master := age.MasterKey{Recipient: key.AgeKey.Recipient, EncryptedKey: string(request.Ciphertext)}
		k.age.ApplyToMasterKey(&master)
		if len(k.age) == 0 {
			return nil, errors.New("no age identity was given")
		}
		plain, err := master.Decrypt()
		return &keyservice.DecryptResponse{Plaintext: plain}, err
	case *keyservice.Key_PgpKey:
		plain, err := k.decryptPGP(request.Ciphertext)
		return &keyservice.DecryptResponse{Plaintext: plain}, err
	case *keyservice.Key_VaultKey:
		// The address stands in the file, and our token would go wherever its author points.
		if key.VaultKey.VaultAddress != os.Getenv("VAULT_ADDR") {
			return nil, fmt.Errorf("the file names the Vault %s, which is not the one configured", key.VaultKey.VaultAddress)
		}
	}
	return k.Server.Decrypt(ctx, request)
}

func (k *keyring) decryptPGP(ciphertext []byte) ([]byte, error) {
	if len(k.pgp) == 0 {
		return nil, errors.New("no PGP key was given")
	}
	block, err := armor.Decode(strings.NewReader(string(ciphertext)))
	if err != nil {
		return nil, err
	}
	message, err := openpgp.ReadMessage(block.Body, k.pgp, nil, nil)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(message.UnverifiedBody)
}
