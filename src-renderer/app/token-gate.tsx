import { useState } from 'react';
import { Form, Input, Label, TextField } from 'react-aria-components';
import { useStudio } from '../stores/use-studio.js';
import { Button } from '../ui/button.js';
import { texts } from '../ui/texts.js';
import { Logo } from './logo.js';

/** Asks for the token where the page was opened without one. */
export function TokenGate({ wasRefused }: { readonly wasRefused: boolean }) {
  const { session } = useStudio();
  const [token, setToken] = useState('');
  return (
    <main className="gate">
      <Form
        className="gate-card"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') session.getState().setToken(token.trim());
        }}
      >
        <Logo size={44} />
        <h1>{texts.token.title}</h1>
        <p>{wasRefused ? texts.token.refused : texts.token.intro}</p>
        <TextField value={token} onChange={setToken} type="password" autoComplete="off" autoFocus>
          <Label className="field-label">{texts.token.label}</Label>
          <Input className="input" />
        </TextField>
        <Button kind="primary" size="l" type="submit" isDisabled={token.trim() === ''}>
          {texts.token.connect}
        </Button>
        <p className="gate-how">{texts.token.how}</p>
      </Form>
    </main>
  );
}
