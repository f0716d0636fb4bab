import { Copy, ExternalLink, Eye, EyeOff, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { Form, Input, Label, TextField } from 'react-aria-components';
import { useStore } from 'zustand';
import { useStudio } from '../../stores/use-studio.js';
import { Button, IconButton } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { texts } from '../../ui/texts.js';
import { Group, Row } from './group.js';
import { useCopy } from './use-copy.js';

/** What other programs need: address and token. */
export function ProgramsGroup() {
  const { baseUrl, settings, session } = useStudio();
  const token = useStore(session, (state) => state.token) ?? '';
  const kept = useStore(settings, (state) => state.shell?.tokenKept);
  const [isShown, setShown] = useState(false);
  const [isRenewing, setRenewing] = useState(false);
  const [isReplacing, setReplacing] = useState(false);
  const copy = useCopy();
  return (
    <Group title={texts.settings.api} intro={texts.settings.apiIntro}>
      <Row name={texts.settings.address}>
        <code>{baseUrl}</code>
        <IconButton
          icon={Copy}
          label={`${texts.common.copy}: ${texts.settings.address}`}
          onPress={() => copy(baseUrl)}
        />
      </Row>
      <Row name={texts.settings.token} hint={kept && texts.settings.tokenKept[kept]}>
        <code className="token">{isShown ? token : '•'.repeat(24)}</code>
        <IconButton
          icon={isShown ? EyeOff : Eye}
          label={isShown ? texts.settings.tokenHide : texts.settings.tokenShow}
          onPress={() => setShown(!isShown)}
        />
        <IconButton icon={Copy} label={`${texts.common.copy}: ${texts.settings.token}`} onPress={() => copy(token)} />
      </Row>
      <div className="group-foot">
        {isReplacing ? (
          <OtherToken onDone={() => setReplacing(false)} />
        ) : (
          <>
            <Button size="s" icon={RefreshCw} onPress={() => setRenewing(true)}>
              {texts.settings.renew}
            </Button>
            <Button size="s" kind="quiet" onPress={() => setReplacing(true)}>
              {texts.settings.tokenChange}
            </Button>
            <a className="text-link" href={`${baseUrl}/docs`} target="_blank" rel="noreferrer">
              {texts.settings.docs} <ExternalLink size={13} aria-hidden />
            </a>
          </>
        )}
      </div>
      <Dialog title={texts.settings.renewTitle} isOpen={isRenewing} onClose={() => setRenewing(false)}>
        <p>{texts.settings.renewText}</p>
        <div className="dialog-actions">
          <Button kind="quiet" onPress={() => setRenewing(false)}>
            {texts.common.cancel}
          </Button>
          <Button
            kind="primary"
            onPress={() => {
              setRenewing(false);
              void settings.getState().renewToken();
            }}
          >
            {texts.settings.renew}
          </Button>
        </div>
      </Dialog>
    </Group>
  );
}

/** For a service whose token was changed elsewhere. */
function OtherToken({ onDone }: { readonly onDone: () => void }) {
  const { session } = useStudio();
  const [token, setToken] = useState('');
  return (
    <Form
      className="token-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() === '') return;
        session.getState().setToken(token.trim());
        onDone();
      }}
    >
      <TextField value={token} onChange={setToken} type="password" autoComplete="off" autoFocus>
        <Label className="field-label">{texts.token.label}</Label>
        <Input className="input" />
      </TextField>
      <Button kind="primary" type="submit" isDisabled={token.trim() === ''}>
        {texts.token.connect}
      </Button>
      <Button kind="quiet" onPress={onDone}>
        {texts.common.cancel}
      </Button>
    </Form>
  );
}
